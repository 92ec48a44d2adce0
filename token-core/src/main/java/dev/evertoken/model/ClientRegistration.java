package dev.evertoken.model;

import dev.evertoken.internal.values.OrderedSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client as registered in a provider's console (RFC 6749 section 2). Immutable.
 *
 * <pre>{@code
 * ClientRegistration google = ClientRegistration.builder(clientId)
 *         .clientSecret(clientSecret)
 *         .scopes("openid", "https://www.googleapis.com/auth/calendar.readonly")
 *         .build();
 * }</pre>
 *
 * @param clientId the public identifier
 * @param clientSecret the client secret; empty for a public client
 * @param previousSecret the secret before a rotation: it is used if the provider refuses {@code clientSecret}, so that
 *     both can be configured before, while and after the provider replaces one by the other
 * @param authentication how the client authenticates, for endpoints at which it differs from the provider's default
 * @param scopes the scopes to request at consent, in this order
 */
public record ClientRegistration(
        String clientId,
        Optional<Secret> clientSecret,
        Optional<Secret> previousSecret,
        Map<EndpointKind, ClientAuthentication> authentication,
        Set<String> scopes) {

    public ClientRegistration {
        Placeholder.refuse("client id", clientId);
        if (clientSecret.isPresent()) {
            Placeholder.refuse("client secret", clientSecret.get().reveal());
        }
        if (previousSecret.isPresent()) {
            Placeholder.refuse("previous client secret", previousSecret.get().reveal());
        }
        authentication =
                authentication.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(authentication));
        scopes = OrderedSet.copyOf(scopes);
    }

    /** Returns a confidential client. */
    public static ClientRegistration of(String clientId, String clientSecret) {
        return builder(clientId).clientSecret(clientSecret).build();
    }

    /** Returns a public client, that is one without a secret (RFC 6749 section 2.1). */
    public static ClientRegistration ofPublic(String clientId) {
        return builder(clientId).build();
    }

    /** Returns a builder for a registration. */
    public static Builder builder(String clientId) {
        return new Builder(clientId);
    }

    /**
     * Reads a registration from the environment: {@code PREFIX_CLIENT_ID}, {@code PREFIX_CLIENT_SECRET} and, if set,
     * {@code PREFIX_CLIENT_SECRET_PREVIOUS} and {@code PREFIX_SCOPES} (separated by spaces or commas).
     *
     * @throws TokenException with {@link Remedy#FIX_CONFIGURATION}; the message names every variable that is missing or
     *     has a placeholder as its value, and never contains a value
     */
    public static ClientRegistration fromEnvironment(String prefix) {
        return from(System::getenv, prefix + "_", Case.ENVIRONMENT);
    }

    /** Reads a registration like {@link #fromEnvironment(String)}, from variables that the application supplies. */
    public static ClientRegistration fromEnvironment(Map<String, String> variables, String prefix) {
        return from(variables::get, prefix + "_", Case.ENVIRONMENT);
    }

    /**
     * Reads a registration from properties: {@code prefix.client-id}, {@code prefix.client-secret} and, if set,
     * {@code prefix.client-secret-previous} and {@code prefix.scopes}.
     *
     * @throws TokenException as for {@link #fromEnvironment(String)}
     */
    public static ClientRegistration fromProperties(Properties properties, String prefix) {
        return from(properties::getProperty, prefix + ".", Case.PROPERTIES);
    }

    private enum Case {
        ENVIRONMENT("CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_PREVIOUS", "SCOPES"),
        PROPERTIES("client-id", "client-secret", "client-secret-previous", "scopes");

        private final String id;
        private final String secret;
        private final String previous;
        private final String scopes;

        Case(String id, String secret, String previous, String scopes) {
            this.id = id;
            this.secret = secret;
            this.previous = previous;
            this.scopes = scopes;
        }
    }

    private static ClientRegistration from(Function<String, @Nullable String> source, String prefix, Case names) {
        String id = source.apply(prefix + names.id);
        String secret = source.apply(prefix + names.secret);
        List<String> missing = new ArrayList<>();
        if (id == null) {
            missing.add(prefix + names.id);
        }
        if (secret == null) {
            missing.add(prefix + names.secret);
        }
        if (id == null || secret == null) {
            throw TokenException.about(Problem.PLACEHOLDER_CREDENTIALS)
                    .detail(String.join(" and ", missing) + (missing.size() == 1 ? " is" : " are") + " not set")
                    .build();
        }
        Placeholder.refuse(prefix + names.id, id);
        Placeholder.refuse(prefix + names.secret, secret);
        Builder registration = builder(id).clientSecret(secret);
        String previous = source.apply(prefix + names.previous);
        if (previous != null) {
            Placeholder.refuse(prefix + names.previous, previous);
            registration.previousSecret(previous);
        }
        String scopes = source.apply(prefix + names.scopes);
        if (scopes != null && !scopes.isBlank()) {
            registration.scopes(scopes);
        }
        return registration.build();
    }

    /** Builds a {@link ClientRegistration}. Not thread-safe; build on one thread, then share the result. */
    public static final class Builder {
        private final String clientId;
        private Optional<Secret> clientSecret = Optional.empty();
        private Optional<Secret> previousSecret = Optional.empty();
        private final Map<EndpointKind, ClientAuthentication> authentication = new EnumMap<>(EndpointKind.class);
        private Set<String> scopes = Set.of();

        private Builder(String clientId) {
            this.clientId = clientId;
        }

        public Builder clientSecret(String secret) {
            Placeholder.refuse("client secret", secret);
            this.clientSecret = Optional.of(Secret.of(secret));
            return this;
        }

        /**
         * Sets the secret before a rotation. If the provider refuses the client secret, the same request is made once
         * more with this one, and the one that is accepted is used from then on. A provider that refuses the client has
         * used up neither a refresh token nor a code.
         */
        public Builder previousSecret(String secret) {
            Placeholder.refuse("previous client secret", secret);
            this.previousSecret = Optional.of(Secret.of(secret));
            return this;
        }

        /** Sets how the client authenticates at one endpoint, overriding the provider's default. */
        public Builder authentication(EndpointKind endpoint, ClientAuthentication method) {
            authentication.put(endpoint, method);
            return this;
        }

        /**
         * Sets the scopes to request at consent. A text may contain several scopes, separated by spaces or commas.
         *
         * @throws IllegalArgumentException if a scope is invalid (RFC 6749 section 3.3)
         */
        public Builder scopes(String... requested) {
            return scopes(Arrays.asList(requested));
        }

        /** Sets the scopes to request at consent, like {@link #scopes(String...)}. */
        public Builder scopes(Collection<String> requested) {
            this.scopes = Identifiers.scopes(requested);
            scopes.forEach(Identifiers::requireScope);
            return this;
        }

        /** @throws TokenException with {@link Problem#PLACEHOLDER_CREDENTIALS} if a value is a placeholder */
        public ClientRegistration build() {
            return new ClientRegistration(clientId, clientSecret, previousSecret, authentication, scopes);
        }
    }
}
