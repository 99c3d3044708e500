-- core.openstack.org/OpenStackControlPlane: all its services are ready. One that fails is tried again, and the services of a
-- new one come one after the other: both are Progressing, never Degraded, which would fail the sync that brings it.
local health = {status = "Progressing", message = "the operator has not seen it yet"}
local status = obj.status
if status == nil or status.conditions == nil then
  return health
end
if obj.metadata.generation ~= nil and (status.observedGeneration or 0) < obj.metadata.generation then
  return health
end
for _, condition in ipairs(status.conditions) do
  if condition.type == "Ready" then
    health.message = condition.message or condition.reason or ""
    if condition.status == "True" then
      health.status = "Healthy"
    end
  end
end
return health
