-- operator.openstack.org/OpenStack: the operators of all services run, and their webhooks answer.
local health = {status = "Progressing", message = "the operator has not seen it yet"}
if obj.status == nil or obj.status.conditions == nil then
  return health
end
for _, condition in ipairs(obj.status.conditions) do
  if condition.type == "OpenStackOperatorReadyCondition" then
    health.message = condition.message or condition.reason or ""
    if condition.status == "True" then
      health.status = "Healthy"
    end
  end
end
return health
