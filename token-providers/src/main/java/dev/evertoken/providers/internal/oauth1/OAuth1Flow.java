package dev.evertoken.providers.internal.oauth1;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.providers.internal.oauth2.EndpointOutcome;
import dev.evertoken.providers.internal.oauth2.FormEncoding;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.SecretEchoFilter;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.providers.internal.oauth2.TokenResponseParser;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TemporaryCredentials;
import dev.evertoken.spi.provider.TemporaryCredentialsRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The redirection flow of OAuth 1.0a: temporary credentials, the user's approval, token credentials (RFC 5849 section
 * 2). Thread-safe.
 */
public final class OAuth1Flow implements AuthorizationFlow {

    private static final String TOKEN_TYPE = "OAuth";

    private final OAuth1Client client;
    private final RuleTokenDialect dialect;
    private final Map<String, String> parameters;

    /** @param parameters fields of the first request besides those of the protocol */
    public OAuth1Flow(OAuth1Client client, RuleTokenDialect dialect, Map<String, String> parameters) {
        this.client = client;
        this.dialect = dialect;
        this.parameters = Map.copyOf(parameters);
    }

    /** OAuth 1.0a has no PKCE; requests are signed instead. */
    @Override
    public Pkce pkce() {
        return Pkce.NONE;
    }

    // Temporary credentials

    @Override
    public Optional<TemporaryCredentials> prepare(TemporaryCredentialsRequest request) {
        Client client = request.client();
        EndpointOutcome outcome = this.client.send(new OAuth1Client.Step(
                client,
                EndpointKind.TEMPORARY_CREDENTIALS,
                Optional.of(FormEncoding.of(parameters)),
                Map.of("oauth_callback", request.redirectUri().toString()),
                Optional.empty(),
                request.callDeadline(),
                () -> true,
                request.time()));
        if (outcome instanceof EndpointOutcome.NotSent notSent) {
            throw failed(notSent.problem(), notSent.detail(), Optional.empty()).toBuilder()
                    .cause(notSent.cause().orElse(null))
                    .build();
        }
        if (outcome instanceof EndpointOutcome.Lost lost) {
            throw failed(lost.problem(), lost.detail(), Optional.empty());
        }
        ProviderResponse response = ((EndpointOutcome.Response) outcome).response();
        Map<String, String> fields = fields(response);
        Optional<TemporaryCredentials> issued = credentials(fields);
        if (issued.isEmpty()) {
            TokenVerdict verdict = verdict(
                    EndpointKind.TEMPORARY_CREDENTIALS, Set.of(), response, SecretEchoFilter.of(client, List.of()));
            Problem problem =
                    verdict.problem().remedy() == Remedy.RECONNECT ? Problem.CONSENT_FAILED : verdict.problem();
            throw failed(problem, verdict.detail(), verdict.until());
        }
        if (!"true".equals(fields.get("oauth_callback_confirmed"))) {
            throw failed(
                    Problem.REQUEST_REJECTED,
                    "the provider does not confirm oauth_callback, which OAuth 1.0a requires (RFC 5849 section 2.1);"
                            + " the authorization is not started",
                    Optional.empty());
        }
        return issued;
    }

    private static TokenException failed(Problem problem, String detail, Optional<Instant> until) {
        return TokenException.about(problem)
                .detail(detail)
                .retryAt(until.orElse(null))
                .build();
    }

    // Approval

    @Override
    public URI url(AuthorizationRequest request) {
        URI page = request.client()
                .endpoint(EndpointKind.AUTHORIZATION)
                .orElseThrow(() -> failed(
                        Problem.NOT_SUPPORTED,
                        "provider " + request.client().providerId() + " has no AUTHORIZATION endpoint",
                        Optional.empty()));
        Secret token = request.temporary()
                .orElseThrow(() -> new IllegalArgumentException("the request has no temporary credentials"))
                .token();
        String separator = page.getRawQuery() == null ? "?" : "&";
        return URI.create(page
                + separator
                + FormEncoding.of(Map.of("oauth_token", token.reveal())).text());
    }

    // Token credentials

    @Override
    public TokenOutcome exchange(ExchangeRequest request) {
        Optional<TemporaryCredentials> temporary = request.temporary();
        if (temporary.isEmpty()) {
            return new TokenOutcome.NotSent(
                    Problem.CONSENT_FAILED, "the request has no temporary credentials to exchange");
        }
        EndpointOutcome outcome = this.client.send(new OAuth1Client.Step(
                request.client(),
                EndpointKind.EXCHANGE,
                Optional.of(FormEncoding.of(Map.of())),
                Map.of("oauth_verifier", request.code().reveal()),
                temporary,
                request.callDeadline(),
                () -> true,
                request.time()));
        if (outcome instanceof EndpointOutcome.NotSent notSent) {
            return new TokenOutcome.NotSent(notSent.problem(), notSent.detail(), notSent.cause());
        }
        if (outcome instanceof EndpointOutcome.Lost lost) {
            return new TokenOutcome.MaybeSent(
                    TokenVerdict.of(TokenVerdict.Kind.TRANSIENT, lost.problem(), lost.detail()));
        }
        return read(request, temporary.get(), (EndpointOutcome.Response) outcome);
    }

    private TokenOutcome read(
            ExchangeRequest request, TemporaryCredentials temporary, EndpointOutcome.Response received) {
        ProviderResponse response = received.response();
        Map<String, String> fields = fields(response);
        Optional<TemporaryCredentials> tokens = credentials(fields);
        if (tokens.isPresent()) {
            return new TokenOutcome.Issued(TokenResponse.builder(received.sentAt())
                    .accessToken(tokens.get().token())
                    .tokenType(TOKEN_TYPE)
                    .subject(Optional.ofNullable(fields.get("user_id")).filter(id -> !id.isBlank()))
                    .attributes(Map.of(OAuth1Signer.TOKEN_SECRET, tokens.get().secret()))
                    .build());
        }
        List<Secret> secrets = new ArrayList<>(List.of(temporary.token(), temporary.secret(), request.code()));
        TokenVerdict verdict = verdict(
                EndpointKind.EXCHANGE, request.scopes(), response, SecretEchoFilter.of(request.client(), secrets));
        return response.status() / 100 == 4 ? new TokenOutcome.Refused(verdict) : new TokenOutcome.MaybeSent(verdict);
    }

    private TokenVerdict verdict(
            EndpointKind kind, Set<String> scopes, ProviderResponse response, SecretEchoFilter secrets) {
        DialectContext context = new DialectContext(kind, Duration.ZERO, scopes, DialectContext.TokenOf.USER);
        return TokenRequests.withoutSecrets(dialect.judge(context, response), response, secrets);
    }

    // Responses

    /** Parses a successful response, which is a form whatever its content type says. */
    private static Map<String, String> fields(ProviderResponse response) {
        return response.status() / 100 == 2
                ? FormEncoding.parse(response.body()).map(FormEncoding::fields).orElse(Map.of())
                : Map.of();
    }

    private static Optional<TemporaryCredentials> credentials(Map<String, String> fields) {
        return token(fields, "oauth_token")
                .flatMap(token -> token(fields, OAuth1Signer.TOKEN_SECRET)
                        .map(secret -> new TemporaryCredentials(token, secret)));
    }

    private static Optional<Secret> token(Map<String, String> fields, String name) {
        return Optional.ofNullable(fields.get(name))
                .filter(text -> !text.isBlank() && text.length() <= TokenResponseParser.MAX_TOKEN_LENGTH)
                .filter(text -> text.chars().allMatch(c -> c >= 0x21 && c <= 0x7e))
                .map(Secret::of);
    }
}
