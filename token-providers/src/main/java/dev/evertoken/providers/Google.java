package dev.evertoken.providers;

import dev.evertoken.providers.internal.google.GoogleResourceDialect;
import dev.evertoken.providers.internal.google.GoogleServer;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ResourceDialect;

/**
 * Google: Gmail, Calendar, Drive and every other API that uses its OAuth 2.0 server. Registered as {@code google}.
 *
 * <p>A refresh returns a new access token and normally no refresh token. The previous access token stays valid, so a
 * second refresh is harmless. A refresh token becomes invalid when the user removes the application, after 6 months of
 * disuse, after 7 days if the project is in testing, and when the password changes if it has Gmail scopes. Revoking one
 * token removes everything that the user granted to the project. Client credentials tokens are not supported: they
 * require the key of a service account, which a client registration does not have. Immutable.
 */
public final class Google extends AssembledProvider {

    /** Creates the provider; opens no resources before its first refresh. */
    public Google() {
        super("google");
    }

    @Override
    ProviderParts parts() {
        ProviderProfile profile = newProfile();
        GoogleServer server = new GoogleServer(profile.endpoints());
        return new ProviderParts(profile, server.refresher())
                .flow(server::flow)
                .validator(server::tokenInfo)
                .revoker(server::revoker);
    }

    private static ProviderProfile newProfile() {
        return GoogleServer.profile()
                .apiHosts(
                        "www.googleapis.com",
                        "gmail.googleapis.com",
                        "calendar-json.googleapis.com",
                        "people.googleapis.com",
                        "drive.googleapis.com",
                        "docs.googleapis.com",
                        "sheets.googleapis.com",
                        "openidconnect.googleapis.com",
                        "oauth2.googleapis.com")
                .build();
    }

    @Override
    public ResourceDialect resourceDialect() {
        return GoogleResourceDialect.DIALECT;
    }
}
