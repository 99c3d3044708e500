//! Rules about one GPU pool.

super::rules! {
    UNKNOWN_FIELD: Error "unknown-field"
        "a placeholder holds known fields only"
        "A misspelt field that is ignored is a pool that silently differs from what was meant, so unknown fields are errors. `gpu-machineset schema KIND` prints all fields.";
    INVALID_VALUE: Error "invalid-value"
        "a field holds a value of its type"
        "The field's type, range or form is stated in the message and in `gpu-machineset schema KIND`.";
    ZONE_OUTSIDE_REGION: Error "zone-outside-region"
        "every zone lies in the cluster's region"
        "A MachineSet in a zone of another region fails at its first machine. Zones of AWS are the region's name and a letter.";
}
