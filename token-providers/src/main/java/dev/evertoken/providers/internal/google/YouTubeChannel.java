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
 * Validates by asking {@code channels.list} for the token's own channel, which costs one unit of the project's quota;
 * where the scopes do not let it see channels, by {@code tokeninfo}, which costs none but knows of no channel.
 * Thread-safe.
 */
public final class YouTubeChannel implements Validator {

    private static final Set<String> SHOW_CHANNELS =
            Set.of(YouTubeScopes.MANAGE, YouTubeScopes.READ_ONLY, YouTubeScopes.FORCE_SSL, YouTubeScopes.PARTNER);

    /** What a token without a channel is told. */
    static final String NONE = "the account has no YouTube channel; its owner creates one, or reconnects with another";

    private static final ApiProbe LOOK = new ApiProbe(YouTubeResourceDialect.DIALECT, YouTubeChannel::found);

    private final EndpointCall channels;
    private final Validator tokenInfo;

    public YouTubeChannel(TokenEndpoint endpoint, Validator tokenInfo) {
        this.channels = new EndpointCall(endpoint, EndpointKind.API);
        this.tokenInfo = tokenInfo;
    }

    /** Scopes that are not known are found out by asking. */
    @Override
    public Validation validate(HeldTokens held) {
        Set<String> scopes = held.tokens().scopes();
        if (!scopes.isEmpty() && !isVisibleTo(scopes)) {
            return withoutChannel(tokenInfo.validate(held));
        }
        Deadline deadline = Deadline.of(held.callDeadline(), held.time());
        Validation channel = look(held);
        boolean tooNarrow =
                channel.problem().filter(Problem.SCOPE_MISSING::equals).isPresent();
        Optional<Duration> left = scopes.isEmpty() && tooNarrow ? deadline.left() : Optional.empty();
        return left.map(rest -> withoutChannel(tokenInfo.validate(within(rest, held))))
                .orElse(channel);
    }

    /** Asks for the channel whatever the scopes are. */
    Validation look(HeldTokens held) {
        return LOOK.read(channels.context(held), channels.asBearer(held, Optional.empty()));
    }

    /** An account without a channel is told by an empty list as well as by a refusal. */
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

    /** The user that tokeninfo names is Google's, and a connection's is the channel. */
    private static Validation withoutChannel(Validation told) {
        return new Validation(
                told.verdict(), told.problem(), told.detail(), Optional.empty(), told.scopes(), told.expiresAt());
    }

    private static HeldTokens within(Duration left, HeldTokens held) {
        return new HeldTokens(held.key(), held.client(), held.tokens(), left, held.time());
    }

    /** Returns whether a token with these scopes may read its own channel. */
    static boolean isVisibleTo(Set<String> scopes) {
        return scopes.stream().anyMatch(SHOW_CHANNELS::contains);
    }
}
