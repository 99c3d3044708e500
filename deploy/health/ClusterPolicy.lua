-- nvidia.com/ClusterPolicy: the operator's own state. Drivers take minutes to build, so "notReady" is Progressing.
local health = {status = "Progressing", message = "the operator has not seen it yet"}
if obj.status == nil or obj.status.state == nil then
  return health
end
health.message = "state: " .. obj.status.state
if obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    if condition.status == "True" and condition.message ~= nil and condition.message ~= "" then
      health.message = condition.message
    end
  end
end
if obj.status.state == "ready" then
  health.status = "Healthy"
elseif obj.status.state == "ignored" then
  health.status = "Degraded"
  health.message = "another ClusterPolicy is in charge"
end
return health
