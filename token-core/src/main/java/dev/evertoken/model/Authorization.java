package dev.evertoken.model;

import java.net.URI;

/**
 * An authorization that was started: send the person's browser to {@link #url()}.
 *
 * <p>{@code state} is in the address already and comes back with the redirect, so it need not be kept. With OAuth 1.0a
 * it is not and does not: keep it in the person's session where another process may complete the authorization. Both are worth as much as a
 * form's CSRF token for ten minutes, so the text form shows neither. Immutable.
 *
 * @param url the provider's consent page
 * @param state what stands for this authorization (RFC 6749 section 10.12)
 */
public record Authorization(URI url, String state) {

    @Override
    public String toString() {
        return "Authorization[" + url.getHost() + "]";
    }
}
