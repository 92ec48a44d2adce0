package dev.evertoken.spring.web;

import dev.evertoken.model.AuthorizationOptions;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The options of a {@link ConnectController}. Immutable.
 *
 * @param pages the views that follow
 * @param redirectUris the redirect URIs, by registration, as registered at the provider; for any other registration it
 *     is the address of the callback route, with the scheme and host of the request
 * @param authorizations the options of the authorizations, by registration; the default ones for any other registration
 * @param isRevoking whether a disconnected account's tokens are revoked at the provider as well; false by default
 */
public record ConnectOptions(
        ConnectPages pages,
        Map<String, URI> redirectUris,
        Map<String, AuthorizationOptions> authorizations,
        boolean isRevoking) {

    private static final ConnectOptions DEFAULTS = new ConnectOptions(new ConnectPages() {}, Map.of(), Map.of(), false);

    public ConnectOptions {
        redirectUris = Map.copyOf(redirectUris);
        authorizations = Map.copyOf(authorizations);
    }

    /** Returns the default options. */
    public static ConnectOptions defaults() {
        return DEFAULTS;
    }

    /** Returns these options with other views. */
    public ConnectOptions withPages(ConnectPages others) {
        return new ConnectOptions(others, redirectUris, authorizations, isRevoking);
    }

    /**
     * Returns these options with the redirect URI of one registration. Behind a proxy that changes the host, set it, or
     * register Spring's {@code ForwardedHeaderFilter}.
     *
     * @param redirectUri an address that leads to the callback route of the registration
     */
    public ConnectOptions withRedirectUri(String registration, URI redirectUri) {
        Map<String, URI> more = new LinkedHashMap<>(redirectUris);
        more.put(registration, redirectUri);
        return new ConnectOptions(pages, more, authorizations, isRevoking);
    }

    /** Returns these options with the options of the authorizations of one registration. */
    public ConnectOptions withAuthorization(String registration, AuthorizationOptions options) {
        Map<String, AuthorizationOptions> more = new LinkedHashMap<>(authorizations);
        more.put(registration, options);
        return new ConnectOptions(pages, redirectUris, more, isRevoking);
    }

    /** Returns these options such that a disconnected account's tokens are revoked at the provider as well. */
    public ConnectOptions revoking() {
        return new ConnectOptions(pages, redirectUris, authorizations, true);
    }
}
