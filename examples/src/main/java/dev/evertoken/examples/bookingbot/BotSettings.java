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
 * The settings of the bot, read from environment variables. A bot with missing settings does not start and reports all
 * of them. Development and production differ only in the stores that are configured. Immutable.
 *
 * @param google the bot's client at Google
 * @param keys the keys that seal the tokens in every store
 * @param environment the stage, for example {@code prod}
 * @param secrets Secret Manager, for example {@code gcp-secrets://project}; empty if not used
 * @param redis Redis, for example {@code rediss://host:6379}; empty if not used
 * @param folder the folder of the file store; in a container it is lost with the container
 * @param redirect the redirect URI of the consent
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
     * and the optional {@code BOOKINGBOT_ENVIRONMENT}, {@code BOOKINGBOT_SECRETS}, {@code BOOKINGBOT_REDIS}, {@code
     * BOOKINGBOT_FOLDER} and {@code BOOKINGBOT_CALENDAR}.
     *
     * @throws IllegalStateException if variables are missing or invalid; the message names all of them and contains no
     *     value
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
