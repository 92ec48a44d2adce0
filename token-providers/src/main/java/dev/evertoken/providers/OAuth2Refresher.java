package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.TokenDialect;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.spi.TokenVerdict.Kind;
import java.net.URI;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refreshes by RFC 6749 section 6: one POST of the refresh token.
 *
 * <p>What came of it is told by what can be known: tokens in a 2xx answer are {@link RefreshOutcome.Answered}; a
 * refusal that the dialect knows, or that has the shape of one with a 4xx status, is {@link
 * RefreshOutcome.Refused}; an answer that is missing, cut, foreign or a server error is {@link
 * RefreshOutcome.MaybeSent}, whatever the provider's refresh model. Thread-safe.
 */
final class OAuth2Refresher implements Refresher {

    private static final Logger log = LoggerFactory.getLogger(OAuth2Refresher.class);

    /** These are only ever said instead of acting. */
    private static final Set<Kind> PRECEDES_THE_SPEND = EnumSet.of(
            Kind.GRANT_DEAD,
            Kind.CLIENT_INVALID,
            Kind.RATE_LIMITED,
            Kind.ACCOUNT_UNUSABLE,
            Kind.APP_BLOCKED,
            Kind.SCOPE_INVALID,
            Kind.NOT_YET);

    private static final Set<Problem> REFUSALS = EnumSet.of(Problem.REQUEST_REJECTED, Problem.UNRECOGNISED_ANSWER);

    private final TokenEndpoint endpoint;
    private final TokenDialect dialect;
    private final RefreshForm form;
    private final TokenResponse.Extras extras;

    OAuth2Refresher(TokenEndpoint endpoint, TokenDialect dialect, RefreshForm form, TokenResponse.Extras extras) {
        this.endpoint = endpoint;
        this.dialect = dialect;
        this.form = form;
        this.extras = extras;
    }

    @Override
    public RefreshOutcome refresh(RefreshRequest request) {
        Client client = request.client();
        Optional<URI> address = client.endpoint(EndpointKind.REFRESH);
        if (address.isEmpty()) {
            return new RefreshOutcome.NotSent(
                    Problem.ENDPOINT_MOVED, "provider " + client.providerId() + " has no REFRESH endpoint");
        }
        Optional<Secret> refreshToken = request.tokens().refreshToken();
        if (refreshToken.isEmpty()) {
            return new RefreshOutcome.NotSent(Problem.NO_REFRESH_TOKEN, "there is no refresh token to present");
        }
        return outcome(endpoint.post(call(request, address.get(), refreshToken.get())), request);
    }

    private TokenCall call(RefreshRequest request, URI address, Secret refreshToken) {
        Map<String, String> fields = new LinkedHashMap<>(form.parameters());
        fields.put("grant_type", "refresh_token");
        fields.put("refresh_token", refreshToken.reveal());
        Set<String> scopes = request.context().scopes();
        if (form.sendsScopes() && !scopes.isEmpty()) {
            fields.put("scope", String.join(request.client().profile().scopeSeparator(), scopes));
        }
        Optional<Secret> authorization = ClientProof.prove(request.client(), EndpointKind.REFRESH, fields);
        return new TokenCall(
                address, Form.of(fields), authorization, request.callDeadline(), request.permit(), request.time());
    }

    private RefreshOutcome outcome(WireReply reply, RefreshRequest request) {
        if (reply instanceof WireReply.NotSent kept) {
            return new RefreshOutcome.NotSent(kept.problem(), kept.detail());
        }
        if (reply instanceof WireReply.Lost lost) {
            return new RefreshOutcome.MaybeSent(TokenVerdict.of(Kind.TRANSIENT, lost.problem(), lost.detail()));
        }
        WireReply.Answer answered = (WireReply.Answer) reply;
        Optional<TokenResponse> tokens = tokens(answered, request);
        if (tokens.isPresent()) {
            tokens.get().warnings().forEach(warning -> log.warn("{}: token answer: {}", request.key(), warning));
            return new RefreshOutcome.Answered(tokens.get().tokens());
        }
        ProviderAnswer answer = answered.answer();
        TokenVerdict verdict = withoutSecrets(dialect.judge(request.context(), answer), answer, request);
        return isRefusal(verdict, answer) ? new RefreshOutcome.Refused(verdict) : new RefreshOutcome.MaybeSent(verdict);
    }

    private Optional<TokenResponse> tokens(WireReply.Answer answered, RefreshRequest request) {
        ProviderAnswer answer = answered.answer();
        if (answer.status() / 100 != 2) {
            return Optional.empty();
        }
        AnswerBody body = AnswerBody.of(answer, extras.forms());
        return TokenResponse.read(
                body, answered.sentAt(), request.client().profile().longestLifetime(), extras);
    }

    private static boolean isRefusal(TokenVerdict verdict, ProviderAnswer answer) {
        boolean clientError = answer.status() / 100 == 4;
        return PRECEDES_THE_SPEND.contains(verdict.kind()) || (clientError && REFUSALS.contains(verdict.problem()));
    }

    /** A dialect quotes as little as it can; a server that echoes what we sent must not get it into a message. */
    private static TokenVerdict withoutSecrets(TokenVerdict verdict, ProviderAnswer answer, RefreshRequest request) {
        if (!Echo.of(request).isIn(verdict.detail())) {
            return verdict;
        }
        return new TokenVerdict(
                verdict.kind(),
                verdict.problem(),
                verdict.until(),
                "token endpoint answered " + answer.status() + " in words that repeat a secret and are not shown");
    }
}
