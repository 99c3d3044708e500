-- nfd.openshift.io/NodeFeatureDiscovery: the operator's own conditions.
local health = {status = "Progressing", message = "the operator has not seen it yet"}
if obj.status == nil or obj.status.conditions == nil then
  return health
end
for _, condition in ipairs(obj.status.conditions) do
  local message = condition.message or condition.reason or ""
  if condition.type == "Degraded" and condition.status == "True" then
    return {status = "Degraded", message = message}
  end
  if condition.type == "Available" then
    health.message = message
    if condition.status == "True" then
      health.status = "Healthy"
    end
  end
end
return health
