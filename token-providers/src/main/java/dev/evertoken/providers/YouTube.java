package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.providers.internal.google.GoogleServer;
import dev.evertoken.providers.internal.google.YouTubeChannel;
import dev.evertoken.providers.internal.google.YouTubeFlow;
import dev.evertoken.providers.internal.google.YouTubeResourceDialect;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshOutcome;
import dev.evertoken.spi.provider.Refresher;
import java.net.URI;
import java.util.Optional;

/**
 * YouTube: Google's authorization server with scopes, validation and refusals of its own. Registered as {@code
 * youtube}; the client is one of Google's.
 *
 * <p>A person picks the channel during consent, and the tokens are for that one: its id is the connection's subject, so
 * that another channel is noticed at a reconnect. Another one is picked on purpose with {@code allowAccountChange()}.
 * Grants that may not see channels, as {@link YouTubeScopes#UPLOAD} alone, have no subject and are validated at Google's
 * {@code tokeninfo}; any other validation, and every consent, costs one unit of the project's daily quota.
 *
 * <p>What ends a grant is what ends one of {@link Google}, but for the change of a password. Revoking it ends what the
 * user has granted to the project at {@code google}, too. An account without a channel has tokens that work and refuses
 * every request. Uploads of a project that Google has not audited are private whatever is asked for, and the answer does
 * not say so. Service accounts are not supported. Immutable.
 */
public final class YouTube extends AssembledProvider {

    private static final ProviderProfile PROFILE = GoogleServer.profile()
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

    /** Creates the provider; nothing is opened before its first refresh. */
    public YouTube() {
        super("youtube", parts(new GoogleServer()));
    }

    private static ProviderParts parts(GoogleServer server) {
        Refresher google = server.refresher();
        YouTubeChannel channel = new YouTubeChannel(server.endpoint(), server.tokenInfo());
        return new ProviderParts(
                        PROFILE, request -> withoutUser(google.refresh(request)), YouTubeResourceDialect.DIALECT)
                .flow(new YouTubeFlow(server.flow(), channel))
                .validator(channel)
                .revoker(server.revoker());
    }

    /** An ID token names the Google account, which is not the channel. */
    private static RefreshOutcome withoutUser(RefreshOutcome outcome) {
        return outcome instanceof RefreshOutcome.Issued answered
                ? new RefreshOutcome.Issued(answered.response().toBuilder()
                        .subject(Optional.empty())
                        .build())
                : outcome;
    }
}
