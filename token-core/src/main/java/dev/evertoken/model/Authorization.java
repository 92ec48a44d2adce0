package dev.evertoken.model;

import java.net.URI;

/**
 * An authorization that was started: send the person's browser to {@link #url()}.
 *
 * <p>{@code state} is in the address already; keep it only to recognise the redirect. Both are worth as much as a
 * form's CSRF token for ten minutes, so the text form shows neither. Immutable.
 *
 * @param url the provider's consent page
 * @param state what the redirect brings back (RFC 6749 section 10.12)
 */
public record Authorization(URI url, String state) {

    @Override
    public String toString() {
        return "Authorization[" + url.getHost() + "]";
    }
}
