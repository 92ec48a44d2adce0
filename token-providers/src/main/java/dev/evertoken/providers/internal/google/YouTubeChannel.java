package dev.evertoken.providers.internal.google;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.providers.YouTubeScopes;
import dev.evertoken.providers.internal.oauth2.ApiProbe;
import dev.evertoken.providers.internal.oauth2.Deadline;
import dev.evertoken.providers.internal.oauth2.EndpointCall;
import dev.evertoken.providers.internal.oauth2.ResponseBody;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Validator;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Validates a token by requesting its channel from {@code channels.list}, which costs one unit of the project's quota.
 * If the scopes do not allow it to read channels, it uses {@code tokeninfo}, which costs no quota but does not name the
 * channel. Thread-safe.
 */
public final class YouTubeChannel implements Validator {

    private static final Set<String> CHANNEL_SCOPES =
            Set.of(YouTubeScopes.MANAGE, YouTubeScopes.READ_ONLY, YouTubeScopes.FORCE_SSL, YouTubeScopes.PARTNER);

    /** The description of the problem if an account has no channel. */
    static final String NONE = "the account has no YouTube channel; its owner creates one, or reconnects with another";

    private static final ApiProbe PROBE = new ApiProbe(YouTubeResourceDialect.DIALECT, YouTubeChannel::found);

    private final EndpointCall channels;
    private final Validator tokenInfo;

    public YouTubeChannel(TokenEndpoint endpoint, Validator tokenInfo) {
        this.channels = new EndpointCall(endpoint, EndpointKind.API);
        this.tokenInfo = tokenInfo;
    }

    /** Requests the channel if the scopes are unknown, and uses tokeninfo if the scopes turn out to be insufficient. */
    @Override
    public Validation validate(HeldTokens held) {
        Set<String> scopes = held.tokens().scopes();
        if (!scopes.isEmpty() && !isVisibleTo(scopes)) {
            return withoutChannel(tokenInfo.validate(held));
        }
        Deadline deadline = Deadline.of(held.callDeadline(), held.time());
        Validation channel = lookUp(held);
        boolean lacksScope =
                channel.problem().filter(Problem.SCOPE_MISSING::equals).isPresent();
        Optional<Duration> left = scopes.isEmpty() && lacksScope ? deadline.left() : Optional.empty();
        return left.map(rest -> withoutChannel(tokenInfo.validate(withDeadline(rest, held))))
                .orElse(channel);
    }

    /** Requests the channel regardless of the scopes. */
    Validation lookUp(HeldTokens held) {
        return PROBE.read(channels.context(held), channels.asBearer(held, Optional.empty()));
    }

    /** Reads the channel; an account without one yields an empty list or a refusal. */
    private static Optional<Validation> found(ResponseBody body) {
        if (body.shape() != ResponseBody.Shape.OBJECT || body.has("error")) {
            return Optional.empty();
        }
        Optional<String> id = body.objects("items").stream().findFirst().flatMap(channel -> channel.text("id"));
        return Optional.of(
                id.isPresent()
                        ? Validation.valid(id, Set.of(), Optional.empty())
                        : Validation.failed(Verdict.UNUSABLE, Problem.ACCOUNT_UNUSABLE, "API answered 200: " + NONE));
    }

    /** Removes the subject, since tokeninfo names the Google account and an account key names the channel. */
    private static Validation withoutChannel(Validation tokenInfo) {
        return new Validation(
                tokenInfo.verdict(),
                tokenInfo.problem(),
                tokenInfo.detail(),
                Optional.empty(),
                tokenInfo.scopes(),
                tokenInfo.expiresAt());
    }

    private static HeldTokens withDeadline(Duration left, HeldTokens held) {
        return new HeldTokens(held.key(), held.client(), held.tokens(), left, held.time());
    }

    /** Returns whether a token with these scopes may read its own channel. */
    static boolean isVisibleTo(Set<String> scopes) {
        return scopes.stream().anyMatch(CHANNEL_SCOPES::contains);
    }
}
