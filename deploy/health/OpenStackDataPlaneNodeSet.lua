-- dataplane.openstack.org/OpenStackDataPlaneNodeSet: it is set up, so that a run may begin. It is "Ready" only after a run,
-- which comes in a later wave: a sync that waited for that would wait for ever.
local health = {status = "Progressing", message = "the operator has not seen it yet"}
local status = obj.status
if status == nil or status.conditions == nil then
  return health
end
if obj.metadata.generation ~= nil and (status.observedGeneration or 0) < obj.metadata.generation then
  return health
end
for _, condition in ipairs(status.conditions) do
  if condition.type == "SetupReady" then
    health.message = condition.message or condition.reason or ""
    if condition.status == "True" then
      health.status = "Healthy"
    end
  end
end
return health
