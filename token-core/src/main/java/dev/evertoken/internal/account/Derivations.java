package dev.evertoken.internal.account;

import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.ClientAcceptance;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.ParentAccounts;
import dev.evertoken.internal.refresh.TokenRequirement;
import dev.evertoken.internal.refresh.TokenWaiters;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.Derivable;
import dev.evertoken.model.Grant;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.DerivedAccount;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the accounts that can be derived from an account's token, and connects them. Runs on the caller's thread, which
 * waits for the parent's token like any other caller. Thread-safe.
 */
public final class Derivations {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);

    private final RecordMapper mapper;
    private final ParentAccounts parents;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final ClientRegistry clients;
    private final TokenCache cache;
    private final TokenWaiters waiters;
    private final Connections connections;

    public Derivations(
            RecordMapper mapper,
            ParentAccounts parents,
            TokenExceptions exceptions,
            Timekeeper time,
            ClientRegistry clients,
            TokenCache cache,
            TokenWaiters waiters,
            Connections connections) {
        this.mapper = mapper;
        this.parents = parents;
        this.exceptions = exceptions;
        this.time = time;
        this.clients = clients;
        this.cache = cache;
        this.waiters = waiters;
        this.connections = connections;
    }

    /** Returns the accounts that can be derived from a parent's token. */
    public List<Derivable> list(TokenKey parent) {
        return listed(parent).stream().map(DerivedAccount::derivable).toList();
    }

    private List<DerivedAccount> listed(TokenKey parent) {
        return asked(parent, parent, Derivation::list);
    }

    /** Connects one account, replacing an earlier connection of its key. */
    public AccountStatus connect(TokenKey child, TokenKey parent, String id) {
        requirePair(child, parent);
        return connect(child, parent, id, derived(child, parent, id));
    }

    /** Connects many accounts with one listing; an invalid row does not affect the others. */
    public List<ConnectResult> connect(TokenKey parent, Map<TokenKey, String> children) {
        children.keySet().forEach(child -> requirePair(child, parent));
        Map<String, TokenResponse> given = new LinkedHashMap<>();
        listed(parent)
                .forEach(one ->
                        one.token().ifPresent(token -> given.put(one.derivable().id(), token)));
        return children.entrySet().stream()
                .map(row -> connectRow(
                        row.getKey(), parent, row.getValue(), Optional.ofNullable(given.get(row.getValue()))))
                .toList();
    }

    private ConnectResult connectRow(TokenKey child, TokenKey parent, String id, Optional<TokenResponse> given) {
        try {
            AccountStatus status =
                    connect(child, parent, id, given.isPresent() ? given.get() : derived(child, parent, id));
            return new ConnectResult(child, ConnectResult.Outcome.CONNECTED, Optional.of(status), Optional.empty());
        } catch (RuntimeException e) {
            return new ConnectResult(
                    child,
                    ConnectResult.Outcome.FAILED,
                    Optional.empty(),
                    Optional.of(exceptions.unexpected(child, e)));
        }
    }

    private static void requirePair(TokenKey child, TokenKey parent) {
        if (child.equals(parent) || !child.registration().equals(parent.registration())) {
            throw new IllegalArgumentException("the token of " + child + " cannot be derived from that of " + parent
                    + ": a parent is another account of the same registration");
        }
    }

    private TokenResponse derived(TokenKey child, TokenKey parent, String id) {
        return asked(child, parent, (derivation, held) -> derivation.derive(held, id));
    }

    private AccountStatus connect(TokenKey child, TokenKey parent, String id, TokenResponse response) {
        if (response.subject().filter(told -> !told.equals(id)).isPresent()) {
            throw failed(child, Problem.IDENTITY_MISMATCH, "the provider returned the token of another account");
        }
        TokenSet tokens = response.toTokenSet()
                .orElseThrow(() ->
                        failed(child, Problem.MALFORMED_RESPONSE, "the provider responded without an access token"));
        RegisteredClient registered = clients.of(child);
        Consent consent = new Consent(
                new Grant(mapper.newId(), response.issuedAt()),
                ImportedTokens.checked(
                        child,
                        tokens,
                        RefreshModel.NON_EXPIRING,
                        registered.client().profile(),
                        time.now()),
                Set.of(),
                Optional.of(id),
                Consent.Over.ANYTHING,
                GrantSource.ofParent(parent));
        return connections.connect(cache.cell(child), registered, consent).status();
    }

    // ---- calls with the parent's token

    /**
     * Calls the provider with the parent's token, and once more with another token if the provider rejects that one.
     */
    private <T> T asked(
            TokenKey whose, TokenKey parent, BiFunction<Derivation, HeldTokens, DerivationOutcome<T>> question) {
        RegisteredClient registered = clients.of(parent);
        Derivation derivation = registered
                .provider()
                .derivation()
                .orElseThrow(() -> failed(
                        whose,
                        Problem.NOT_SUPPORTED,
                        "provider " + registered.provider().id() + " does not derive tokens of other accounts"));
        AccessToken token = token(whose, parent, TokenRequirement.usable());
        DerivationOutcome<T> outcome = ask(whose, parent, registered, token, derivation, question);
        if (isOfTheParent(outcome)) {
            AccessToken other = token(whose, parent, TokenRequirement.insteadOf(token));
            outcome = ask(whose, parent, registered, other, derivation, question);
        }
        return response(whose, parent, registered, outcome);
    }

    private AccessToken token(TokenKey whose, TokenKey parent, TokenRequirement requirement) {
        try {
            return waiters.waitFor(cache.cell(parent), requirement);
        } catch (TokenException e) {
            throw exceptions.ofParent(whose, parent, e);
        }
    }

    private <T> DerivationOutcome<T> ask(
            TokenKey whose,
            TokenKey parent,
            RegisteredClient registered,
            AccessToken token,
            Derivation derivation,
            BiFunction<Derivation, HeldTokens, DerivationOutcome<T>> question) {
        registered.health().suspension(time.now()).ifPresent(suspension -> {
            throw exceptions.problem(whose, suspension.problem(), suspension.detail(), suspension.until());
        });
        TokenRecord record = parents.usable(whose, parent);
        HeldTokens held = parents.held(whose, record, registered.client(), token);
        try {
            return registered
                    .secrets()
                    .call(client -> question.apply(derivation, held.with(client)), ClientAcceptance::of);
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

    private <T> T response(TokenKey whose, TokenKey parent, RegisteredClient registered, DerivationOutcome<T> outcome) {
        if (outcome instanceof DerivationOutcome.Found<T> answered) {
            return answered.value();
        }
        if (outcome instanceof DerivationOutcome.Unanswered<T> unanswered) {
            throw failed(whose, unanswered.problem(), unanswered.detail());
        }
        TokenVerdict verdict = ((DerivationOutcome.Refused<T>) outcome).verdict();
        registered.health().rejected(parent, verdict, time.now());
        if (isOfTheParent(outcome)) {
            TokenException rejected = failed(parent, Problem.API_REJECTS_TOKEN, ParentAccounts.REJECTED_TWICE);
            throw exceptions.ofParent(whose, parent, rejected);
        }
        throw exceptions.problem(
                whose, verdict.problem(), verdict.detail(), verdict.until().orElse(null));
    }

    private TokenException failed(TokenKey key, Problem problem, String detail) {
        return exceptions.problem(key, problem, detail);
    }
}
