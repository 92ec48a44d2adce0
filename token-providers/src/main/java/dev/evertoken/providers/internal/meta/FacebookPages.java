package dev.evertoken.providers.internal.meta;

import static dev.evertoken.providers.internal.meta.GraphError.code;
import static dev.evertoken.providers.internal.meta.GraphError.subcode;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;

import dev.evertoken.model.Derivable;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.internal.oauth2.Deadline;
import dev.evertoken.providers.internal.oauth2.EndpointCall;
import dev.evertoken.providers.internal.oauth2.EndpointOutcome;
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
 * The pages of a Facebook user: each has a token of its own, which does not end if the user's is long-lived, and ends
 * with it if it is not. Thread-safe.
 */
final class FacebookPages implements Derivation {

    private static final int MOST_SHEETS = 200;
    private static final Duration LONGEST_SHORT_LIFE = Duration.ofHours(2);

    private static final RuleTokenDialect DIALECT = FacebookDialect.DIALECT
            .after(List.of(rule(code(100).and(subcode(33)), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("the page is gone, or the person has lost the rights there")))
            .after(FacebookDialect.PASSING);

    private final GraphClient calls;
    private final EndpointCall api;
    private final String fields;

    /** @param more fields that are asked for besides id, name, token and tasks */
    FacebookPages(TokenEndpoint endpoint, List<String> more) {
        this.calls = new GraphClient(endpoint);
        this.api = new EndpointCall(endpoint, EndpointKind.API);
        List<String> all = new ArrayList<>(List.of("id", "name", "access_token", "tasks"));
        all.addAll(more);
        this.fields = String.join(",", all);
    }

    /** One good answer and when its request was sent. */
    private record Sheet(ResponseBody body, Instant sentAt) {}

    @Override
    public DerivationOutcome<List<DerivedAccount>> list(HeldTokens parent) {
        Deadline deadline = Deadline.of(parent.callDeadline(), parent.time());
        List<DerivedAccount> pages = new ArrayList<>();
        Optional<String> after = Optional.empty();
        for (int i = 0; i < MOST_SHEETS; i++) {
            Optional<Duration> left = deadline.left();
            if (left.isEmpty()) {
                return new Unanswered<>(Problem.NETWORK, "the list of pages did not come to its end in time");
            }
            Map<String, String> query = new LinkedHashMap<>(Map.of("fields", fields));
            after.ifPresent(cursor -> query.put("after", cursor));
            DerivationOutcome<Sheet> outcome = ask(parent, "/me/accounts", query, left.get());
            if (!(outcome instanceof Found<Sheet> sheet)) {
                return without(outcome);
            }
            sheet.value()
                    .body()
                    .objects("data")
                    .forEach(page -> read(parent, page, sheet.value()).ifPresent(pages::add));
            after = next(sheet.value().body());
            if (after.isEmpty()) {
                return new Found<>(List.copyOf(pages));
            }
        }
        return new Unanswered<>(Problem.MALFORMED_RESPONSE, "the list of pages does not end");
    }

    @Override
    public DerivationOutcome<TokenResponse> derive(HeldTokens parent, String id) {
        if (!id.matches("[0-9]{1,32}")) {
            return new Refused<>(
                    TokenVerdict.of(Kind.ACCOUNT_UNUSABLE, Problem.REQUEST_REJECTED, "a page's id is a number"));
        }
        DerivationOutcome<Sheet> outcome =
                ask(parent, "/" + id, Map.of("fields", "id,access_token"), parent.callDeadline());
        if (!(outcome instanceof Found<Sheet> sheet)) {
            return without(outcome);
        }
        Optional<TokenResponse> token =
                token(parent, sheet.value().body(), sheet.value().sentAt());
        return token.<DerivationOutcome<TokenResponse>>map(Found::new)
                .orElseGet(() -> new Refused<>(TokenVerdict.of(
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.ACCOUNT_UNUSABLE,
                        "Facebook gives no token for the page: the person lacks the rights there")));
    }

    /** The address of the next sheet has the token in it; the cursor alone does as well. */
    private static Optional<String> next(ResponseBody body) {
        return body.object("paging")
                .filter(paging -> paging.has("next"))
                .flatMap(paging -> paging.object("cursors"))
                .flatMap(cursors -> cursors.text("after"));
    }

    private static Optional<DerivedAccount> read(HeldTokens parent, ResponseBody page, Sheet sheet) {
        Optional<TokenResponse> token = token(parent, page, sheet.sentAt());
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
                .filter(end -> Duration.between(parent.tokens().issuedAt(), end).compareTo(LONGEST_SHORT_LIFE) <= 0);
    }

    // ---- the call

    private DerivationOutcome<Sheet> ask(HeldTokens parent, String path, Map<String, String> query, Duration deadline) {
        EndpointOutcome reply = calls.get(parent, path, query, deadline);
        if (reply instanceof EndpointOutcome.NotSent kept) {
            return new Unanswered<>(kept.problem(), kept.detail());
        }
        if (reply instanceof EndpointOutcome.Lost lost) {
            return new Unanswered<>(lost.problem(), lost.detail());
        }
        EndpointOutcome.Response answered = (EndpointOutcome.Response) reply;
        ProviderResponse response = answered.response();
        ResponseBody body = ResponseBody.of(response);
        boolean good = response.status() == 200
                && body.shape() == ResponseBody.Shape.OBJECT
                && GraphError.of(body).isEmpty();
        if (good) {
            return new Found<>(new Sheet(body, answered.sentAt()));
        }
        TokenVerdict verdict = TokenRequests.withoutSecrets(
                DIALECT.judge(api.context(parent), response), response, SecretEchoFilter.of(parent));
        return new Refused<>(verdict);
    }

    private static <T> DerivationOutcome<T> without(DerivationOutcome<Sheet> outcome) {
        return outcome instanceof Refused<Sheet> refused
                ? new Refused<>(refused.verdict())
                : new Unanswered<>(((Unanswered<Sheet>) outcome).problem(), ((Unanswered<Sheet>) outcome).detail());
    }
}
