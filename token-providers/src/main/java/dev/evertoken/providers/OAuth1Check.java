package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.TemporaryCredentials;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.TokenVerdict;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Stands where other providers refresh: asked for another token than one that an API has rejected, it asks the provider
 * whose the token is. Either that one is still good, and is the answer, or the grant is dead. Thread-safe.
 */
final class OAuth1Check implements Refresher {

    private final OAuth1Calls calls;
    private final RuleDialect dialect;
    private final Function<AnswerBody, Optional<String>> userId;

    /** @param userId finds the user in a good answer */
    OAuth1Check(OAuth1Calls calls, RuleDialect dialect, Function<AnswerBody, Optional<String>> userId) {
        this.userId = userId;
        this.calls = calls;
        this.dialect = dialect;
    }

    @Override
    public RefreshOutcome refresh(RefreshRequest request) {
        TokenSet tokens = request.tokens();
        Secret secret = OAuth1Calls.tokenSecret(tokens.attributes());
        WireReply reply = calls.send(new OAuth1Calls.Step(
                request.client(),
                EndpointKind.REFRESH,
                Optional.empty(),
                Map.of(),
                Optional.of(new TemporaryCredentials(tokens.accessToken(), secret)),
                request.callDeadline(),
                request.permit(),
                request.time()));
        if (reply instanceof WireReply.NotSent kept) {
            return new RefreshOutcome.NotSent(kept.problem(), kept.detail());
        }
        if (reply instanceof WireReply.Lost lost) {
            return new RefreshOutcome.MaybeSent(
                    TokenVerdict.of(TokenVerdict.Kind.TRANSIENT, lost.problem(), lost.detail()));
        }
        return read(request, (WireReply.Answer) reply);
    }

    private RefreshOutcome read(RefreshRequest request, WireReply.Answer reply) {
        ProviderAnswer answer = reply.answer();
        Optional<String> user = answer.status() / 100 == 2 ? userId.apply(AnswerBody.of(answer)) : Optional.empty();
        if (user.isPresent()) {
            return new RefreshOutcome.Answered(new TokenAnswer(
                    Optional.of(request.tokens().accessToken()),
                    request.tokens().tokenType(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    user,
                    Map.of(),
                    reply.sentAt()));
        }
        TokenVerdict verdict =
                TokenRequests.withoutSecrets(dialect.judge(request.context(), answer), answer, Echo.of(request));
        return answer.status() / 100 == 4 ? new RefreshOutcome.Refused(verdict) : new RefreshOutcome.MaybeSent(verdict);
    }
}
