package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.AuthorizationRequest;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.ExchangeOutcome;
import dev.evertoken.spi.ExchangeRequest;
import dev.evertoken.spi.PreparationRequest;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.TemporaryCredentials;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.TokenVerdict;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The redirection of OAuth 1.0a: temporary credentials, the person's approval, token credentials (RFC 5849 section 2).
 * Thread-safe.
 */
final class OAuth1Flow implements AuthorizationFlow {

    private static final String TOKEN_TYPE = "OAuth";

    private final OAuth1Calls calls;
    private final RuleDialect dialect;
    private final Map<String, String> asking;

    /** @param asking fields of the first request besides those of the protocol */
    OAuth1Flow(OAuth1Calls calls, RuleDialect dialect, Map<String, String> asking) {
        this.calls = calls;
        this.dialect = dialect;
        this.asking = Map.copyOf(asking);
    }

    /** There is none in OAuth 1.0a: requests are signed instead. */
    @Override
    public Pkce pkce() {
        return Pkce.NONE;
    }

    // ---- temporary credentials

    @Override
    public Optional<TemporaryCredentials> prepare(PreparationRequest request) {
        Client client = request.client();
        WireReply reply = calls.send(new OAuth1Calls.Step(
                client,
                EndpointKind.TEMPORARY_CREDENTIALS,
                Optional.of(Form.of(asking)),
                Map.of("oauth_callback", request.redirectUri().toString()),
                Optional.empty(),
                request.callDeadline(),
                () -> true,
                request.time()));
        if (reply instanceof WireReply.NotSent kept) {
            throw failed(kept.problem(), kept.detail(), Optional.empty());
        }
        if (reply instanceof WireReply.Lost lost) {
            throw failed(lost.problem(), lost.detail(), Optional.empty());
        }
        ProviderAnswer answer = ((WireReply.Answer) reply).answer();
        Map<String, String> fields = fields(answer);
        Optional<TemporaryCredentials> given = credentials(fields);
        if (given.isEmpty()) {
            TokenVerdict verdict =
                    judged(EndpointKind.TEMPORARY_CREDENTIALS, Set.of(), answer, Echo.of(client, List.of()));
            Problem problem =
                    verdict.problem().remedy() == Remedy.RECONNECT ? Problem.CONSENT_FAILED : verdict.problem();
            throw failed(problem, verdict.detail(), verdict.until());
        }
        if (!"true".equals(fields.get("oauth_callback_confirmed"))) {
            throw failed(
                    Problem.REQUEST_REJECTED,
                    "the provider does not confirm oauth_callback, as OAuth 1.0a has it (RFC 5849 section 2.1); the"
                            + " authorization is not started",
                    Optional.empty());
        }
        return given;
    }

    private static TokenException failed(Problem problem, String detail, Optional<Instant> until) {
        return TokenException.about(problem)
                .detail(detail)
                .retryAt(until.orElse(null))
                .build();
    }

    // ---- approval

    @Override
    public URI url(AuthorizationRequest request) {
        URI page = request.client()
                .endpoint(EndpointKind.AUTHORIZATION)
                .orElseThrow(() -> failed(
                        Problem.NOT_SUPPORTED,
                        "provider " + request.client().providerId() + " has no AUTHORIZATION endpoint",
                        Optional.empty()));
        Secret token = request.temporary()
                .orElseThrow(() -> new IllegalArgumentException("there are no temporary credentials"))
                .token();
        String separator = page.getRawQuery() == null ? "?" : "&";
        return URI.create(page
                + separator
                + Form.of(Map.of("oauth_token", token.reveal())).text());
    }

    // ---- token credentials

    @Override
    public ExchangeOutcome exchange(ExchangeRequest request) {
        Optional<TemporaryCredentials> temporary = request.temporary();
        if (temporary.isEmpty()) {
            return new ExchangeOutcome.NotSent(
                    Problem.CONSENT_FAILED, "there are no temporary credentials to exchange");
        }
        WireReply reply = calls.send(new OAuth1Calls.Step(
                request.client(),
                EndpointKind.EXCHANGE,
                Optional.of(Form.of(Map.of())),
                Map.of("oauth_verifier", request.code().reveal()),
                temporary,
                request.callDeadline(),
                () -> true,
                request.time()));
        if (reply instanceof WireReply.NotSent kept) {
            return new ExchangeOutcome.NotSent(kept.problem(), kept.detail());
        }
        if (reply instanceof WireReply.Lost lost) {
            return new ExchangeOutcome.MaybeSent(
                    TokenVerdict.of(TokenVerdict.Kind.TRANSIENT, lost.problem(), lost.detail()));
        }
        return read(request, temporary.get(), (WireReply.Answer) reply);
    }

    private ExchangeOutcome read(ExchangeRequest request, TemporaryCredentials temporary, WireReply.Answer reply) {
        ProviderAnswer answer = reply.answer();
        Map<String, String> fields = fields(answer);
        Optional<TemporaryCredentials> tokens = credentials(fields);
        if (tokens.isPresent()) {
            return new ExchangeOutcome.Answered(new TokenAnswer(
                    Optional.of(tokens.get().token()),
                    TOKEN_TYPE,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.ofNullable(fields.get("user_id")).filter(id -> !id.isBlank()),
                    Map.of(OAuth1Signer.TOKEN_SECRET, tokens.get().secret()),
                    reply.sentAt()));
        }
        List<Secret> secrets = new ArrayList<>(List.of(temporary.token(), temporary.secret(), request.code()));
        TokenVerdict verdict =
                judged(EndpointKind.EXCHANGE, request.scopes(), answer, Echo.of(request.client(), secrets));
        return answer.status() / 100 == 4
                ? new ExchangeOutcome.Refused(verdict)
                : new ExchangeOutcome.MaybeSent(verdict);
    }

    private TokenVerdict judged(EndpointKind kind, Set<String> scopes, ProviderAnswer answer, Echo secrets) {
        DialectContext context = new DialectContext(kind, Duration.ZERO, scopes, DialectContext.TokenOf.USER);
        return TokenRequests.withoutSecrets(dialect.judge(context, answer), answer, secrets);
    }

    // ---- answers

    /** Good answers are forms, whatever their content type says. */
    private static Map<String, String> fields(ProviderAnswer answer) {
        return answer.status() / 100 == 2
                ? Form.parse(answer.body()).map(Form::fields).orElse(Map.of())
                : Map.of();
    }

    private static Optional<TemporaryCredentials> credentials(Map<String, String> fields) {
        return token(fields, "oauth_token")
                .flatMap(token -> token(fields, OAuth1Signer.TOKEN_SECRET)
                        .map(secret -> new TemporaryCredentials(token, secret)));
    }

    private static Optional<Secret> token(Map<String, String> fields, String name) {
        return Optional.ofNullable(fields.get(name))
                .filter(text -> !text.isBlank() && text.length() <= TokenResponse.LONGEST_TOKEN)
                .filter(text -> text.chars().allMatch(c -> c >= 0x21 && c <= 0x7e))
                .map(Secret::of);
    }
}
