package dev.evertoken.providers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of settings; a setting without a value has its initial one. Equal if all values are. Immutable. */
final class Settings {

    static final Settings INITIAL = new Settings(Map.of());

    private final Map<Setting<?>, Object> values;

    private Settings(Map<Setting<?>, Object> values) {
        this.values = values;
    }

    @SuppressWarnings("unchecked") // with(…) puts only values of the setting's type
    <T> T get(Setting<T> setting) {
        return (T) values.getOrDefault(setting, setting.initial());
    }

    boolean has(Setting<?> setting) {
        return values.containsKey(setting);
    }

    <T> Settings with(Setting<T> setting, T value) {
        Map<Setting<?>, Object> next = new LinkedHashMap<>(values);
        if (value.equals(setting.initial())) {
            next.remove(setting);
        } else {
            next.put(setting, value);
        }
        return new Settings(next);
    }

    <T> Settings withSome(Setting<Optional<T>> setting, T value) {
        return with(setting, Optional.of(value));
    }

    <K, V> Settings withEntry(Setting<Map<K, V>> setting, K key, V value) {
        Map<K, V> more = new LinkedHashMap<>(get(setting));
        more.put(key, value);
        return with(setting, more);
    }

    <T> Settings withAdded(Setting<List<T>> setting, T value) {
        List<T> more = new ArrayList<>(get(setting));
        more.add(value);
        return with(setting, more);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Settings that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** Returns the names of the settings. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
