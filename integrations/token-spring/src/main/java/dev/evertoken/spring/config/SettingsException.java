package dev.evertoken.spring.config;

import org.jspecify.annotations.Nullable;

/**
 * A property has no value or one that cannot be used. The message is one sentence that begins with the property or the
 * bean at fault and contains no secret. Thread-safe.
 */
public final class SettingsException extends RuntimeException {

    private final String property;
    private final String action;

    SettingsException(String property, String message, String action, @Nullable Throwable cause) {
        super(message.matches("(?s).*[.?]") ? message : message + ".", cause);
        this.property = property;
        this.action = action;
    }

    SettingsException(String property, String message, String action) {
        this(property, message, action, null);
    }

    /** Returns the name of the property to change, such as {@code evertoken.namespace}. */
    public String property() {
        return property;
    }

    /** Returns the remedy, in one sentence. */
    public String action() {
        return action;
    }
}
