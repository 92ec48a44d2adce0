package dev.evertoken.providers;

import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.Revoker;
import dev.evertoken.spi.Validator;
import java.util.Optional;

/**
 * Google: Gmail, Calendar, Drive and every other API behind its OAuth 2.0 server. Registered as {@code google}.
 *
 * <p>A refresh brings a new access token and normally no refresh token; the old access token lives on, so a second
 * refresh harms nobody. A refresh token dies when the person removes the application, after 6 months of disuse, after
 * 7 days if the project is in testing, and when it holds Gmail scopes and the password changes. Revoking one token
 * removes everything that the user granted to the project. There are no tokens of the application itself without a
 * service account's key, which a client registration does not have. Immutable.
 */
public final class Google implements Provider {

    private static final ProviderProfile PROFILE = GoogleServer.profile()
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

    private final Refresher refresher;
    private final AuthorizationFlow flow;
    private final Validator validator;
    private final Revoker revoker;

    /** Creates the provider; nothing is opened before its first refresh. */
    public Google() {
        GoogleServer server = new GoogleServer();
        this.refresher = server.refresher();
        this.flow = server.flow();
        this.validator = server.tokenInfo();
        this.revoker = server.revoker();
    }

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
    public Optional<AuthorizationFlow> authorizationFlow() {
        return Optional.of(flow);
    }

    @Override
    public Optional<Validator> validator() {
        return Optional.of(validator);
    }

    @Override
    public Optional<Revoker> revoker() {
        return Optional.of(revoker);
    }

    @Override
    public ResourceDialect resourceDialect() {
        return GoogleResources.DIALECT;
    }
}
