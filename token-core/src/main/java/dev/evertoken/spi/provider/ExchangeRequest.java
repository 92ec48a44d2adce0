package dev.evertoken.spi.provider;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a flow needs to exchange one code. Immutable.
 *
 * @param key whose consent it was
 * @param client as whom
 * @param code as it came with the redirect, decoded; the {@code oauth_verifier} of OAuth 1.0a
 * @param redirectUri the one of the authorization request, unchanged (RFC 6749 section 4.1.3)
 * @param codeVerifier what the proof key was made of (RFC 7636 section 4.5); empty if none was sent
 * @param temporary what {@link AuthorizationFlow#prepare} brought
 * @param scopes what was asked for
 * @param callDeadline the call ends within this time, connecting included
 * @param time the clock to take {@code issuedAt} from
 */
public record ExchangeRequest(
        TokenKey key,
        Client client,
        Secret code,
        URI redirectUri,
        Optional<Secret> codeVerifier,
        Optional<TemporaryCredentials> temporary,
        Set<String> scopes,
        Duration callDeadline,
        Timekeeper time) {

    public ExchangeRequest {
        scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    }

    /** A request of a flow that prepares nothing. */
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
