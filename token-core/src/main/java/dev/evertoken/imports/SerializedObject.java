package dev.evertoken.imports;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object in a stream of Java serialization, as data. Its values are texts, {@code byte[]}, numbers and other
 * serialized objects. Immutable.
 *
 * @param type the name of its class
 * @param fields its fields without those that are null
 * @param written the values that the object itself has written after its fields
 */
record SerializedObject(String type, Map<String, Object> fields, List<Object> written) {

    /** Returns a field if it has a value of a type; a value of another type is absent. */
    <T> Optional<T> field(String name, Class<T> valueType) {
        return Optional.ofNullable(fields.get(name))
                .filter(valueType::isInstance)
                .map(valueType::cast);
    }

    /** Returns the type; the values may be secrets. */
    @Override
    public String toString() {
        return "SerializedObject[" + type + "]";
    }
}
