package dev.evertoken.model;

import java.net.URI;

/**
 * A started authorization: redirect the user's browser to {@link #url()}.
 *
 * <p>With OAuth 2.0 the URL contains {@code state} and the redirect returns it, so the application need not store it.
 * With OAuth 1.0a neither is the case: keep {@code state} in the user's session if another process may complete the
 * authorization. Both values are as sensitive as the CSRF token of a form, for ten minutes, so the string
 * representation shows neither. Immutable.
 *
 * @param url the provider's consent page
 * @param state the value that identifies this authorization (RFC 6749 section 10.12)
 */
public record Authorization(URI url, String state) {

    @Override
    public String toString() {
        return "Authorization[" + url.getHost() + "]";
    }
}
