package dev.evertoken.spi.provider;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the address of a consent page is made of (RFC 6749 section 4.1.1). Immutable.
 *
 * @param client who asks
 * @param redirectUri where the person's browser comes back to, as it is registered at the provider
 * @param state to be returned unchanged; printable ASCII without a character that needs encoding
 * @param scopes what is asked for, in this order
 * @param codeChallenge the proof key, by method {@code S256} (RFC 7636 section 4.2); empty if the flow wants none
 * @param forceConsent whether the page is to be shown even if the person has consented before
 * @param chooseAccount whether the person is to choose an account even if only one is signed in
 * @param temporary what {@link AuthorizationFlow#prepare} brought
 */
public record AuthorizationRequest(
        Client client,
        URI redirectUri,
        String state,
        Set<String> scopes,
        Optional<String> codeChallenge,
        boolean forceConsent,
        boolean chooseAccount,
        Optional<TemporaryCredentials> temporary) {

    public AuthorizationRequest {
        scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    }

    /** A request of a flow that prepares nothing. */
    public AuthorizationRequest(
            Client client,
            URI redirectUri,
            String state,
            Set<String> scopes,
            Optional<String> codeChallenge,
            boolean forceConsent,
            boolean chooseAccount) {
        this(client, redirectUri, state, scopes, codeChallenge, forceConsent, chooseAccount, Optional.empty());
    }

    /** Returns who asks and for what; the state is not shown. */
    @Override
    public String toString() {
        return "AuthorizationRequest[" + client.registration() + ", scopes " + scopes + "]";
    }
}
