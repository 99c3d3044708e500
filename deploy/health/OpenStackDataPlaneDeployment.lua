-- dataplane.openstack.org/OpenStackDataPlaneDeployment: the run has ended well. One that used up its tries is never tried
-- again: only a run of another name helps, so that is Degraded.
local health = {status = "Progressing", message = "the operator has not seen it yet"}
local status = obj.status
if status == nil or status.conditions == nil then
  return health
end
if obj.metadata.generation ~= nil and (status.observedGeneration or 0) < obj.metadata.generation then
  return health
end
for _, condition in ipairs(status.conditions) do
  if condition.reason == "BackoffLimitExceeded" and condition.status == "False" then
    return {status = "Degraded", message = condition.message or condition.reason}
  end
  if condition.type == "Ready" then
    health.message = condition.message or condition.reason or ""
    if condition.status == "True" then
      health.status = "Healthy"
    end
  end
end
return health
