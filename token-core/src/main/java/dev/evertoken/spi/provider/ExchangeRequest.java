package dev.evertoken.spi.provider;

import dev.evertoken.internal.values.OrderedSet;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The input for exchanging one authorization code. Immutable.
 *
 * @param key the account that gave consent
 * @param client the client
 * @param code the code of the redirect, decoded; the {@code oauth_verifier} of OAuth 1.0a
 * @param redirectUri the redirect URI of the authorization request, unchanged (RFC 6749 section 4.1.3)
 * @param codeVerifier the verifier of the proof key (RFC 7636 section 4.5); empty if none was sent
 * @param temporary the result of {@link AuthorizationFlow#prepare}
 * @param scopes the requested scopes
 * @param redirectParameters the other parameters of the redirect, decoded: without the code, the state and those of
 *     OAuth 1.0a. The user's browser has sent them, so they are not to be trusted
 * @param values the parts of the provider's addresses that depend on the account, as given to the authorization
 * @param callDeadline the maximum duration of the call, including connecting
 * @param time the clock for {@code issuedAt}
 */
public record ExchangeRequest(
        TokenKey key,
        Client client,
        Secret code,
        URI redirectUri,
        Optional<Secret> codeVerifier,
        Optional<TemporaryCredentials> temporary,
        Set<String> scopes,
        Map<String, String> redirectParameters,
        Map<String, String> values,
        Duration callDeadline,
        Timekeeper time) {

    public ExchangeRequest {
        scopes = OrderedSet.copyOf(scopes);
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        redirectParameters = Collections.unmodifiableMap(new LinkedHashMap<>(redirectParameters));
    }

    /** Returns this request for a client with other data. */
    public ExchangeRequest with(Client other) {
        return new ExchangeRequest(
                key,
                other,
                code,
                redirectUri,
                codeVerifier,
                temporary,
                scopes,
                redirectParameters,
                values,
                callDeadline,
                time);
    }

    /** Creates a request of a redirect without other parameters. */
    public ExchangeRequest(
            TokenKey key,
            Client client,
            Secret code,
            URI redirectUri,
            Optional<Secret> codeVerifier,
            Optional<TemporaryCredentials> temporary,
            Set<String> scopes,
            Duration callDeadline,
            Timekeeper time) {
        this(key, client, code, redirectUri, codeVerifier, temporary, scopes, Map.of(), Map.of(), callDeadline, time);
    }

    /** Creates a request of a flow that prepares nothing. */
    public ExchangeRequest(
            TokenKey key,
            Client client,
            Secret code,
            URI redirectUri,
            Optional<Secret> codeVerifier,
            Set<String> scopes,
            Duration callDeadline,
            Timekeeper time) {
        this(key, client, code, redirectUri, codeVerifier, Optional.empty(), scopes, callDeadline, time);
    }
}
