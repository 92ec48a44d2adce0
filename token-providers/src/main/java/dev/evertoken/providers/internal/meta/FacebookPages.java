package dev.evertoken.providers.internal.meta;

import static dev.evertoken.providers.internal.oauth2.GraphError.code;
import static dev.evertoken.providers.internal.oauth2.GraphError.subcode;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;

import dev.evertoken.model.Derivable;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.internal.oauth2.Deadline;
import dev.evertoken.providers.internal.oauth2.EndpointCall;
import dev.evertoken.providers.internal.oauth2.EndpointOutcome;
import dev.evertoken.providers.internal.oauth2.GraphError;
import dev.evertoken.providers.internal.oauth2.ResponseBody;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.SecretEchoFilter;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.DerivationOutcome.Found;
import dev.evertoken.spi.provider.DerivationOutcome.Refused;
import dev.evertoken.spi.provider.DerivationOutcome.Unanswered;
import dev.evertoken.spi.provider.DerivedAccount;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Derives the tokens of a Facebook user's pages. A page's token does not expire if the user's token is long-lived;
 * otherwise it expires with the user's token. Thread-safe.
 */
final class FacebookPages implements Derivation {

    private static final int MAX_RESULT_PAGES = 200;
    private static final Duration MAX_SHORT_LIFETIME = Duration.ofHours(2);

    private static final RuleTokenDialect DIALECT = FacebookDialect.DIALECT
            .after(List.of(rule(code(100).and(subcode(33)), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("the page was deleted, or the user has lost access to it")))
            .after(FacebookDialect.TRANSIENT);

    private final GraphClient client;
    private final EndpointCall api;
    private final String fields;

    /** @param more fields to request besides id, name, token and tasks */
    FacebookPages(TokenEndpoint endpoint, List<String> more) {
        this.client = new GraphClient(endpoint);
        this.api = new EndpointCall(endpoint, EndpointKind.API);
        List<String> all = new ArrayList<>(List.of("id", "name", "access_token", "tasks"));
        all.addAll(more);
        this.fields = String.join(",", all);
    }

    /** A successful response and the time at which its request was sent. */
    private record ResultPage(ResponseBody body, Instant sentAt) {}

    @Override
    public DerivationOutcome<List<DerivedAccount>> list(HeldTokens parent) {
        Deadline deadline = Deadline.of(parent.callDeadline(), parent.time());
        List<DerivedAccount> pages = new ArrayList<>();
        Optional<String> after = Optional.empty();
        for (int i = 0; i < MAX_RESULT_PAGES; i++) {
            Optional<Duration> left = deadline.left();
            if (left.isEmpty()) {
                return new Unanswered<>(Problem.NETWORK, "the list of pages was not read completely in time");
            }
            Map<String, String> query = new LinkedHashMap<>(Map.of("fields", fields));
            after.ifPresent(cursor -> query.put("after", cursor));
            DerivationOutcome<ResultPage> outcome = send(parent, "/me/accounts", query, left.get());
            if (!(outcome instanceof Found<ResultPage> result)) {
                return failure(outcome);
            }
            result.value()
                    .body()
                    .objects("data")
                    .forEach(page -> read(parent, page, result.value()).ifPresent(pages::add));
            after = next(result.value().body());
            if (after.isEmpty()) {
                return new Found<>(List.copyOf(pages));
            }
        }
        return new Unanswered<>(Problem.MALFORMED_RESPONSE, "the list of pages does not end");
    }

    @Override
    public DerivationOutcome<TokenResponse> derive(HeldTokens parent, String id) {
        if (!id.matches("[0-9]{1,32}")) {
            return new Refused<>(TokenVerdict.of(
                    Kind.ACCOUNT_UNUSABLE, Problem.REQUEST_REJECTED, "the id of a page must be a number"));
        }
        DerivationOutcome<ResultPage> outcome =
                send(parent, "/" + id, Map.of("fields", "id,access_token"), parent.callDeadline());
        if (!(outcome instanceof Found<ResultPage> result)) {
            return failure(outcome);
        }
        Optional<TokenResponse> token =
                token(parent, result.value().body(), result.value().sentAt());
        return token.<DerivationOutcome<TokenResponse>>map(Found::new)
                .orElseGet(() -> new Refused<>(TokenVerdict.of(
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.ACCOUNT_UNUSABLE,
                        "Facebook returns no token for the page: the user has no access to it")));
    }

    /** Returns the cursor alone, because the address of the next result page contains the token. */
    private static Optional<String> next(ResponseBody body) {
        return body.object("paging")
                .filter(paging -> paging.has("next"))
                .flatMap(paging -> paging.object("cursors"))
                .flatMap(cursors -> cursors.text("after"));
    }

    private static Optional<DerivedAccount> read(HeldTokens parent, ResponseBody page, ResultPage result) {
        Optional<TokenResponse> token = token(parent, page, result.sentAt());
        return page.text("id")
                .filter(id -> id.matches("[0-9]{1,32}"))
                .map(id -> new DerivedAccount(
                        new Derivable(id, page.text("name"), details(page), token.isPresent()), token));
    }

    private static Map<String, String> details(ResponseBody page) {
        Map<String, String> details = new LinkedHashMap<>();
        List<String> tasks = page.texts("tasks");
        if (!tasks.isEmpty()) {
            details.put("tasks", String.join(",", tasks));
        }
        page.object("instagram_business_account").ifPresent(account -> {
            account.text("id").ifPresent(id -> details.put("instagram_business_account", id));
            account.text("username").ifPresent(name -> details.put("instagram_username", name));
        });
        return details;
    }

    private static Optional<TokenResponse> token(HeldTokens parent, ResponseBody page, Instant sentAt) {
        return page.text("access_token")
                .map(token -> TokenResponse.builder(sentAt)
                        .accessToken(Secret.of(token))
                        .expiresAt(inheritedEnd(parent))
                        .subject(page.text("id"))
                        .build());
    }

    private static Optional<Instant> inheritedEnd(HeldTokens parent) {
        return parent.tokens()
                .expiresAt()
                .filter(end -> Duration.between(parent.tokens().issuedAt(), end).compareTo(MAX_SHORT_LIFETIME) <= 0);
    }

    // The call

    private DerivationOutcome<ResultPage> send(
            HeldTokens parent, String path, Map<String, String> query, Duration deadline) {
        EndpointOutcome outcome = client.get(parent, path, query, deadline);
        if (outcome instanceof EndpointOutcome.NotSent notSent) {
            return new Unanswered<>(notSent.problem(), notSent.detail());
        }
        if (outcome instanceof EndpointOutcome.Lost lost) {
            return new Unanswered<>(lost.problem(), lost.detail());
        }
        EndpointOutcome.Response received = (EndpointOutcome.Response) outcome;
        ProviderResponse response = received.response();
        ResponseBody body = ResponseBody.of(response);
        boolean good = response.status() == 200
                && body.shape() == ResponseBody.Shape.OBJECT
                && GraphError.of(body).isEmpty();
        if (good) {
            return new Found<>(new ResultPage(body, received.sentAt()));
        }
        TokenVerdict verdict = TokenRequests.withoutSecrets(
                DIALECT.judge(api.context(parent), response), response, SecretEchoFilter.of(parent));
        return new Refused<>(verdict);
    }

    private static <T> DerivationOutcome<T> failure(DerivationOutcome<ResultPage> outcome) {
        return outcome instanceof Refused<ResultPage> refused
                ? new Refused<>(refused.verdict())
                : new Unanswered<>(
                        ((Unanswered<ResultPage>) outcome).problem(), ((Unanswered<ResultPage>) outcome).detail());
    }
}
