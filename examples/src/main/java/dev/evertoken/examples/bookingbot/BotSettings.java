package dev.evertoken.examples.bookingbot;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the bot reads from its environment, all at once: a bot that lacks something does not start, and says everything
 * that it lacks. Development differs from production by which of the three stores are set, and by nothing else.
 * Immutable.
 *
 * @param google the bot's client at Google
 * @param keys what the tokens are sealed with, in every store
 * @param environment the stage, as {@code prod}
 * @param secrets Secret Manager, as {@code gcp-secrets://project}; empty without one
 * @param redis Redis, as {@code rediss://host:6379}; empty without one
 * @param folder where the files are; in a container it is gone with the container
 * @param redirect where Google sends the person back to
 * @param calendar the address of the Calendar API
 */
public record BotSettings(
        ClientRegistration google,
        KeyRing keys,
        String environment,
        Optional<String> secrets,
        Optional<String> redis,
        Path folder,
        URI redirect,
        URI calendar) {

    private static final String SCOPES = "https://www.googleapis.com/auth/calendar.events";

    /**
     * Reads {@code GOOGLE_CLIENT_ID}, {@code GOOGLE_CLIENT_SECRET}, {@code EVERTOKEN_KEYS}, {@code BOOKINGBOT_REDIRECT}
     * and, where set, {@code BOOKINGBOT_ENVIRONMENT}, {@code BOOKINGBOT_SECRETS}, {@code BOOKINGBOT_REDIS}, {@code
     * BOOKINGBOT_FOLDER} and {@code BOOKINGBOT_CALENDAR}.
     *
     * @throws IllegalStateException naming everything that is missing or cannot be what it is said to be, and no value
     */
    public static BotSettings from(Map<String, String> environment) {
        List<String> wrong = new ArrayList<>();
        ClientRegistration google = read(wrong, () -> client(environment));
        KeyRing keys = read(wrong, () -> KeyRing.parse(Secret.of(required(environment, "EVERTOKEN_KEYS"))));
        URI redirect = read(wrong, () -> URI.create(required(environment, "BOOKINGBOT_REDIRECT")));
        if (!wrong.isEmpty()) {
            throw new IllegalStateException("the bot cannot start: " + String.join("; ", wrong));
        }
        return new BotSettings(
                Objects.requireNonNull(google),
                Objects.requireNonNull(keys),
                environment.getOrDefault("BOOKINGBOT_ENVIRONMENT", "dev"),
                Optional.ofNullable(environment.get("BOOKINGBOT_SECRETS")),
                Optional.ofNullable(environment.get("BOOKINGBOT_REDIS")),
                Path.of(environment.getOrDefault("BOOKINGBOT_FOLDER", "tokens")),
                Objects.requireNonNull(redirect),
                URI.create(environment.getOrDefault("BOOKINGBOT_CALENDAR", "https://www.googleapis.com/calendar/v3")));
    }

    private static ClientRegistration client(Map<String, String> environment) {
        Map<String, String> google = new HashMap<>(environment);
        google.put("GOOGLE_SCOPES", SCOPES);
        return ClientRegistration.fromEnvironment(google, "GOOGLE");
    }

    private static <T> @Nullable T read(List<String> wrong, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (TokenException e) {
            wrong.add(e.detail());
        } catch (IllegalArgumentException e) {
            wrong.add(String.valueOf(e.getMessage()));
        }
        return null;
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }
}
