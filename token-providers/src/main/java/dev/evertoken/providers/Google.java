package dev.evertoken.providers;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.ProviderProfile.RevokeScope;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.ResourceDialect;
import java.net.URI;
import java.time.Duration;

/**
 * Google: Gmail, Calendar, Drive and every other API behind its OAuth 2.0 server. Registered as {@code google}.
 *
 * <p>A refresh brings a new access token and normally no refresh token; the old access token lives on, so a second
 * refresh harms nobody. A refresh token dies when the person removes the application, after 6 months of disuse, after
 * 7 days if the project is in testing, and when it holds Gmail scopes and the password changes. Revoking one token
 * removes everything that the user granted to the project. Immutable.
 */
public final class Google implements Provider {

    private static final ProviderProfile PROFILE = ProviderProfile.builder(RefreshModel.STATIC)
            .endpoints(Endpoints.token(URI.create("https://oauth2.googleapis.com/token"))
                    .with(EndpointKind.AUTHORIZATION, URI.create("https://accounts.google.com/o/oauth2/v2/auth"))
                    .with(EndpointKind.REVOKE, URI.create("https://oauth2.googleapis.com/revoke"))
                    .with(EndpointKind.INTROSPECT, URI.create("https://oauth2.googleapis.com/tokeninfo")))
            .tokenAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
            .authentication(EndpointKind.REVOKE, ClientAuthentication.NONE)
            .authentication(EndpointKind.INTROSPECT, ClientAuthentication.NONE)
            .defaultLifetime(Duration.ofHours(1))
            .longestLifetime(Duration.ofHours(24))
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
            .revokeScope(RevokeScope.USER)
            .build();

    private final Refresher refresher = new OAuth2Refresher(
            new TokenEndpoint(true), GoogleDialect.DIALECT, RefreshForm.PLAIN, TokenResponse.Extras.NONE);

    /** Creates the provider; nothing is opened before its first refresh. */
    public Google() {}

    @Override
    public String id() {
        return "google";
    }

    @Override
    public ProviderProfile profile() {
        return PROFILE;
    }

    @Override
    public Refresher refresher() {
        return refresher;
    }

    @Override
    public ResourceDialect resourceDialect() {
        return GoogleResources.DIALECT;
    }
}
