-- nmstate.io/NodeNetworkConfigurationPolicy: the interfaces are set up on every node. A node that could not take them is set
-- back to what it had, and stays so.
local health = {status = "Progressing", message = "no node has seen it yet"}
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
