package dev.evertoken.spring.config;

import org.jspecify.annotations.Nullable;

/**
 * The properties {@code evertoken.connect.*}. Immutable.
 *
 * @param enabled whether the application has the routes of the consent
 * @param path the path of the routes; absent for {@code /connect}
 */
public record ConnectSettings(boolean enabled, @Nullable String path) {

    /** Returns the path of the routes. */
    public String route() {
        return path == null ? "/connect" : path;
    }
}
