package dev.evertoken;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.Connection;
import dev.evertoken.model.Derivable;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Derivation;
import dev.evertoken.spi.DerivationOutcome;
import dev.evertoken.spi.Derived;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.TokenVerdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what lives off an account's token, and connects it. Runs on the caller's thread, which waits for the parent's
 * token as any caller does. Thread-safe.
 */
final class Derivations {

    private static final Logger log = LoggerFactory.getLogger(Derivations.class);

    private final Workshop workshop;
    private final Clients clients;
    private final TokenCache cache;
    private final Callers callers;
    private final Connections connections;

    Derivations(Workshop workshop, Clients clients, TokenCache cache, Callers callers, Connections connections) {
        this.workshop = workshop;
        this.clients = clients;
        this.cache = cache;
        this.callers = callers;
        this.connections = connections;
    }

    /** Returns everything that a parent's token gives a token for. */
    List<Derivable> list(TokenKey parent) {
        return listed(parent).stream().map(Derived::what).toList();
    }

    private List<Derived> listed(TokenKey parent) {
        return asked(parent, parent, Derivation::list);
    }

    /** Connects one account; what was connected before under its key is replaced. */
    Connection connect(TokenKey child, TokenKey parent, String id) {
        requirePair(child, parent);
        return connect(child, parent, id, derived(child, parent, id));
    }

    /** Connects many accounts from one list; a bad row stops no other. */
    List<ConnectResult> connect(TokenKey parent, Map<TokenKey, String> children) {
        children.keySet().forEach(child -> requirePair(child, parent));
        Map<String, TokenAnswer> given = new LinkedHashMap<>();
        listed(parent)
                .forEach(one ->
                        one.token().ifPresent(token -> given.put(one.what().id(), token)));
        return children.entrySet().stream()
                .map(row -> connectRow(
                        row.getKey(), parent, row.getValue(), Optional.ofNullable(given.get(row.getValue()))))
                .toList();
    }

    private ConnectResult connectRow(TokenKey child, TokenKey parent, String id, Optional<TokenAnswer> given) {
        try {
            Connection connection =
                    connect(child, parent, id, given.isPresent() ? given.get() : derived(child, parent, id));
            return new ConnectResult(child, ConnectResult.Outcome.CONNECTED, Optional.of(connection), Optional.empty());
        } catch (RuntimeException e) {
            return new ConnectResult(
                    child,
                    ConnectResult.Outcome.FAILED,
                    Optional.empty(),
                    Optional.of(workshop.explain().unexpected(child, e)));
        }
    }

    private static void requirePair(TokenKey child, TokenKey parent) {
        if (child.equals(parent) || !child.registration().equals(parent.registration())) {
            throw new IllegalArgumentException("the token of " + child + " cannot come from that of " + parent
                    + ": a parent is another account of the same registration");
        }
    }

    private TokenAnswer derived(TokenKey child, TokenKey parent, String id) {
        return asked(child, parent, (derivation, held) -> derivation.derive(held, id));
    }

    private Connection connect(TokenKey child, TokenKey parent, String id, TokenAnswer answer) {
        if (answer.subject().filter(told -> !told.equals(id)).isPresent()) {
            throw failed(child, Problem.IDENTITY_MISMATCH, "the provider answered with the token of another account");
        }
        TokenSet tokens = answer.alone()
                .orElseThrow(
                        () -> failed(child, Problem.MALFORMED_ANSWER, "the provider answered without an access token"));
        Consent consent = new Consent(
                new Grant(workshop.records().newId(), answer.issuedAt()),
                Imported.checked(
                        child,
                        tokens,
                        RefreshModel.NON_EXPIRING,
                        workshop.time().now()),
                Set.of(),
                Optional.of(id),
                Consent.Over.ANYTHING,
                Descent.ofParent(parent));
        return connections
                .connect(cache.cell(child), clients.of(child), consent)
                .connection();
    }

    // ---- asking as the parent

    /** Asks with the parent's token, and once more with another one if the provider does not accept that. */
    private <T> T asked(
            TokenKey whose, TokenKey parent, BiFunction<Derivation, HeldTokens, DerivationOutcome<T>> question) {
        Registered registered = clients.of(parent);
        Derivation derivation = registered
                .provider()
                .derivation()
                .orElseThrow(() -> failed(
                        whose,
                        Problem.NOT_SUPPORTED,
                        "provider " + registered.provider().id() + " derives no tokens from an account's own"));
        AccessToken token = token(whose, parent, Ask.usable());
        DerivationOutcome<T> outcome = ask(whose, parent, registered, token, derivation, question);
        if (isOfTheParent(outcome)) {
            AccessToken other = token(whose, parent, Ask.insteadOf(token));
            outcome = ask(whose, parent, registered, other, derivation, question);
        }
        return answer(whose, parent, registered, outcome);
    }

    private AccessToken token(TokenKey whose, TokenKey parent, Ask ask) {
        try {
            return callers.waitFor(cache.cell(parent), ask);
        } catch (TokenException e) {
            throw workshop.explain().ofParent(whose, parent, e);
        }
    }

    private <T> DerivationOutcome<T> ask(
            TokenKey whose,
            TokenKey parent,
            Registered registered,
            AccessToken token,
            Derivation derivation,
            BiFunction<Derivation, HeldTokens, DerivationOutcome<T>> question) {
        registered.health().shut(workshop.time().now()).ifPresent(shut -> {
            throw workshop.explain().problem(whose, shut.problem(), shut.detail(), shut.until());
        });
        TokenRecord record = workshop.parents().usable(whose, parent);
        HeldTokens held = workshop.parents().held(whose, record, registered.client(), token);
        try {
            return question.apply(derivation, held);
        } catch (RuntimeException e) {
            log.warn("{}: the derivation failed", parent, e);
            return new DerivationOutcome.Unanswered<>(
                    Problem.INTERNAL,
                    "the derivation failed with " + e.getClass().getName());
        }
    }

    private static boolean isOfTheParent(DerivationOutcome<?> outcome) {
        return outcome instanceof DerivationOutcome.Refused<?> refused
                && refused.verdict().kind() == TokenVerdict.Kind.GRANT_DEAD;
    }

    private <T> T answer(TokenKey whose, TokenKey parent, Registered registered, DerivationOutcome<T> outcome) {
        if (outcome instanceof DerivationOutcome.Answered<T> answered) {
            return answered.value();
        }
        if (outcome instanceof DerivationOutcome.Unanswered<T> unanswered) {
            throw failed(whose, unanswered.problem(), unanswered.detail());
        }
        TokenVerdict verdict = ((DerivationOutcome.Refused<T>) outcome).verdict();
        registered.health().rejected(parent, verdict, workshop.time().now());
        if (isOfTheParent(outcome)) {
            TokenException rejected = failed(parent, Problem.API_REJECTS_TOKEN, Parents.REJECTED_TWICE);
            throw workshop.explain().ofParent(whose, parent, rejected);
        }
        throw workshop.explain()
                .problem(
                        whose,
                        verdict.problem(),
                        verdict.detail(),
                        verdict.until().orElse(null));
    }

    private TokenException failed(TokenKey key, Problem problem, String detail) {
        return workshop.explain().problem(key, problem, detail);
    }
}
