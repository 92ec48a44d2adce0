package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.providers.internal.google.GoogleServer;
import dev.evertoken.providers.internal.google.YouTubeChannel;
import dev.evertoken.providers.internal.google.YouTubeFlow;
import dev.evertoken.providers.internal.google.YouTubeResourceDialect;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.TokenOutcome;
import java.net.URI;
import java.util.Optional;

/**
 * YouTube: Google's authorization server with scopes, validation and refusals of its own. Registered as {@code
 * youtube}; the client is a Google client.
 *
 * <p>A user selects a channel during consent, and the tokens belong to that channel: its id is the subject of the
 * account, so selecting another channel on a reconnect is detected. {@code allowAccountChange()} permits another
 * channel. Grants that cannot read channels, such as {@link YouTubeScopes#UPLOAD} alone, have no subject and are
 * validated with Google's {@code tokeninfo}; any other validation, and every consent, costs one unit of the project's
 * daily quota.
 *
 * <p>A grant ends under the conditions described for {@link Google}, except for a changed password. Revoking it also
 * revokes the user's grants to the project at {@code google}. The tokens of an account without a channel are valid but
 * every request fails. Uploads of a project that Google has not audited are always private, and the response does not
 * say so. Service accounts are not supported. Immutable.
 */
public final class YouTube extends AssembledProvider {

    /** Creates the provider; opens no resources before its first refresh. */
    public YouTube() {
        super("youtube");
    }

    private static ProviderProfile newProfile() {
        return GoogleServer.profile()
                .endpoints(GoogleServer.ENDPOINTS.with(
                        EndpointKind.API,
                        URI.create("https://www.googleapis.com/youtube/v3/channels?part=id,snippet&mine=true")))
                .apiHosts(
                        "www.googleapis.com",
                        "youtube.googleapis.com",
                        "youtubeanalytics.googleapis.com",
                        "youtubereporting.googleapis.com",
                        "openidconnect.googleapis.com",
                        "oauth2.googleapis.com")
                .build();
    }

    @Override
    ProviderParts parts() {
        ProviderProfile profile = newProfile();
        GoogleServer server = new GoogleServer(profile.endpoints());
        Refresher google = server.refresher();
        YouTubeChannel channel = new YouTubeChannel(server.endpoint(), server.tokenInfo());
        return new ProviderParts(profile, request -> withoutUser(google.refresh(request)))
                .flow(() -> new YouTubeFlow(server.flow(), channel))
                .validator(() -> channel)
                .revoker(server::revoker);
    }

    @Override
    public ResourceDialect resourceDialect() {
        return YouTubeResourceDialect.DIALECT;
    }

    /** Removes the user, because an ID token names the Google account and not the channel. */
    private static TokenOutcome withoutUser(TokenOutcome outcome) {
        return outcome instanceof TokenOutcome.Issued issued
                ? new TokenOutcome.Issued(
                        issued.response().toBuilder().subject(Optional.empty()).build())
                : outcome;
    }
}
