package dev.evertoken.spring.config;

import dev.evertoken.Tokens;
import dev.evertoken.background.BackgroundRefresh;
import org.jspecify.annotations.Nullable;

/**
 * The properties {@code evertoken.background.*}. Immutable.
 *
 * @param enabled whether due accounts are refreshed in the background
 * @param refreshIdle whether accounts that this process does not use are refreshed, too
 * @param ratePerMinute how many refreshes of each client start in a minute; absent for the default of the library
 */
public record BackgroundSettings(
        boolean enabled, boolean refreshIdle, @Nullable Integer ratePerMinute) {

    /**
     * Returns a background refresh that has not been started; {@code Tokens} closes it.
     *
     * @throws SettingsException if a setting is out of its bounds
     */
    public BackgroundRefresh over(Tokens tokens) {
        BackgroundRefresh.Builder builder = BackgroundRefresh.builder(tokens);
        if (refreshIdle) {
            builder.refreshIdle();
        }
        if (ratePerMinute != null) {
            builder.ratePerMinute(ratePerMinute);
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new SettingsException(
                    "evertoken.background.rate-per-minute",
                    "evertoken.background.rate-per-minute cannot be used: " + e.getMessage() + ".",
                    "Set a number of at least 1.",
                    e);
        }
    }
}
