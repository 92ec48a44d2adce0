package dev.evertoken.spi.provider;

import dev.evertoken.internal.values.OrderedSet;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of an authorization request, from which the address of a consent page is built (RFC 6749 section
 * 4.1.1). Immutable.
 *
 * @param client the requesting client
 * @param redirectUri the redirect URI as registered at the provider
 * @param state to be returned unchanged; printable ASCII without characters that need encoding
 * @param scopes the requested scopes, in this order
 * @param codeChallenge the proof key with method {@code S256} (RFC 7636 section 4.2); empty if the flow uses none
 * @param forceConsent whether the page is shown even if the user has consented before
 * @param chooseAccount whether the user must choose an account even if only one is signed in
 * @param temporary the result of {@link AuthorizationFlow#prepare}
 * @param values the parts of the provider's addresses that depend on the account
 */
public record AuthorizationRequest(
        Client client,
        URI redirectUri,
        String state,
        Set<String> scopes,
        Optional<String> codeChallenge,
        boolean forceConsent,
        boolean chooseAccount,
        Optional<TemporaryCredentials> temporary,
        Map<String, String> values) {

    public AuthorizationRequest {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        scopes = OrderedSet.copyOf(scopes);
    }

    /** Creates a request of a flow that prepares nothing. */
    public AuthorizationRequest(
            Client client,
            URI redirectUri,
            String state,
            Set<String> scopes,
            Optional<String> codeChallenge,
            boolean forceConsent,
            boolean chooseAccount) {
        this(
                client,
                redirectUri,
                state,
                scopes,
                codeChallenge,
                forceConsent,
                chooseAccount,
                Optional.empty(),
                Map.of());
    }

    /** Returns this request for a client with other data. */
    public AuthorizationRequest with(Client other) {
        return new AuthorizationRequest(
                other, redirectUri, state, scopes, codeChallenge, forceConsent, chooseAccount, temporary, values);
    }

    /** Returns the client and the scopes, but not the state. */
    @Override
    public String toString() {
        return "AuthorizationRequest[" + client.registration() + ", scopes " + scopes + "]";
    }
}
