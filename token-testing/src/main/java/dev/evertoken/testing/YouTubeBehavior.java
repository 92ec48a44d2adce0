package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** YouTube: Google's authorization server, and one channel for each account. Stateless. */
final class YouTubeBehavior implements GoogleServerBehavior {

    private static final String CHANNELS = "/api/youtube/v3/channels";
    private static final String SCOPE = "https://www.googleapis.com/auth/";
    private static final Set<String> SHOW_CHANNELS = Set.of(
            SCOPE + "youtube", SCOPE + "youtube.readonly", SCOPE + "youtube.force-ssl", SCOPE + "youtubepartner");

    @Override
    public String id() {
        return "youtube";
    }

    @Override
    public List<String> usualScopes() {
        return List.of(SCOPE + "youtube.readonly", SCOPE + "youtube.upload");
    }

    @Override
    public Endpoints endpoints(Endpoints usual, Function<String, URI> at) {
        return usual.with(EndpointKind.API, at.apply(CHANNELS + "?part=id,snippet&mine=true"));
    }

    @Override
    public Optional<MockHttpResponse> response(String path, RawRequest request, MockGrants grants) {
        return path.equals(CHANNELS) ? Optional.of(channels(MockAddresses.bearer(request), grants)) : Optional.empty();
    }

    private MockHttpResponse channels(Optional<String> token, MockGrants grants) {
        Optional<MockGrants.Issue> holder = token.flatMap(grants::holder);
        if (holder.isEmpty()) {
            return apiRefusal(token.isPresent());
        }
        if (holder.get().scopes().stream().noneMatch(SHOW_CHANNELS::contains)) {
            return insufficientScope();
        }
        JsonObject channel = JsonObject.builder()
                .add("kind", "youtube#channel")
                .add("id", channelId(holder.get().account()))
                .build();
        return MockHttpResponse.json(
                200,
                JsonObject.builder().add("kind", "youtube#channelListResponse").add("items", JsonArray.of(channel)));
    }

    /** Returns a channel id: {@code UC} and 22 characters. */
    private static String channelId(String account) {
        return "UC" + String.format("%022x", Integer.toUnsignedLong(account.hashCode()));
    }

    private static MockHttpResponse insufficientScope() {
        JsonObject.Builder reason = JsonObject.builder();
        reason.add("message", "Insufficient Permission");
        reason.add("domain", "global");
        reason.add("reason", "insufficientPermissions");
        return GoogleServerBehavior.apiError(
                        403, "Request had insufficient authentication scopes.", reason, "PERMISSION_DENIED")
                .header(
                        "WWW-Authenticate",
                        REALM + ", error=\"insufficient_scope\", scope=\"" + String.join(" ", SHOW_CHANNELS) + "\"");
    }
}
