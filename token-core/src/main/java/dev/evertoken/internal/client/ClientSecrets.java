package dev.evertoken.internal.client;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.TokenOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secret with which a client authenticates while its secret is rotated.
 *
 * <p>The registered secret is in use at first. If the provider refuses the client, the same call is made once more with
 * the other secret, and if that one is accepted, all later calls of this process use it. A refusal of the client is the
 * only reason for that second call: the provider then has used up neither a refresh token nor a code. After any other
 * outcome, such as a missing response, the other secret is not tried. A client with one secret makes one call.
 * Thread-safe, without locks.
 */
public final class ClientSecrets {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.CLIENTS);

    /** The time for which no request tries the other secret after signatures with both secrets were refused. */
    private static final Duration BETWEEN_TRIALS = Duration.ofMinutes(1);

    private final Client registered;
    private final Optional<Client> previous;
    private final AtomicReference<Choice> inUse = new AtomicReference<>(Choice.REGISTERED);
    private volatile boolean proven;
    private volatile boolean onTrial;
    private volatile Instant nextTrial = Instant.MIN;

    /** One of the two secrets. */
    private enum Choice {
        REGISTERED,
        PREVIOUS;

        Choice other() {
            return this == REGISTERED ? PREVIOUS : REGISTERED;
        }
    }

    public ClientSecrets(Client client) {
        this.registered = client;
        Optional<Secret> earlier = client.credentials().previousSecret();
        this.previous = earlier.isPresent() ? Optional.of(withSecret(client, earlier.get())) : Optional.empty();
    }

    /** Returns a client that authenticates with the earlier secret. */
    private static Client withSecret(Client client, Secret earlier) {
        ClientRegistration known = client.credentials();
        ClientRegistration swapped = new ClientRegistration(
                known.clientId(), Optional.of(earlier), known.clientSecret(), known.authentication(), known.scopes());
        return client.with(swapped);
    }

    /** Returns the client with the secret that is in use. */
    public Client client() {
        return client(choice());
    }

    /** Returns whether the provider has refused the registered secret and accepted the previous one. */
    public boolean usesPrevious() {
        return choice() == Choice.PREVIOUS;
    }

    /** Returns whether there are two secrets, and no call of this process has shown which of them works. */
    boolean isUnproven() {
        return previous.isPresent() && !proven;
    }

    /** Makes a token request, with the other secret too if the provider refuses the client. */
    public TokenOutcome token(Function<Client, TokenOutcome> request) {
        TokenOutcome outcome = previous.isEmpty() ? request.apply(client()) : call(request, ClientAcceptance::of);
        if (ClientAcceptance.of(outcome) == ClientAcceptance.ACCEPTED) {
            proven = true;
        }
        return outcome;
    }

    /**
     * Makes a call, with the other secret too if the provider refuses the client.
     *
     * @param judge returns whether an outcome shows that the provider accepts the client
     * @return the outcome of the second call; that of the first one if there was no second one or if both were refused
     */
    public <T> T call(Function<Client, T> call, Function<? super T, ClientAcceptance> judge) {
        Choice used = choice();
        T first = call.apply(client(used));
        if (previous.isEmpty() || judge.apply(first) != ClientAcceptance.REFUSED) {
            return first;
        }
        T second = call.apply(client(used.other()));
        ClientAcceptance acceptance = judge.apply(second);
        if (acceptance == ClientAcceptance.ACCEPTED) {
            change(used);
        }
        return acceptance == ClientAcceptance.REFUSED ? first : second;
    }

    /** Makes a call that reports a refusal of the client by an exception; otherwise like {@link #call}. */
    public <T> T callOrThrow(Function<Client, T> call) {
        Choice used = choice();
        try {
            return call.apply(client(used));
        } catch (TokenException e) {
            if (previous.isEmpty() || e.problem() != Problem.CLIENT_REJECTED) {
                throw e;
            }
            return second(call, used, e);
        }
    }

    private <T> T second(Function<Client, T> call, Choice used, TokenException refusal) {
        T result;
        try {
            result = call.apply(client(used.other()));
        } catch (TokenException e) {
            throw e.problem() == Problem.CLIENT_REJECTED ? refusal : e;
        }
        change(used);
        return result;
    }

    // ---- signatures

    /** Returns whether there are two secrets, one of which made a signature. */
    boolean areTwo() {
        return previous.isPresent();
    }

    /**
     * Returns whether a request whose signature was refused would now be signed with the other secret. That secret is
     * being tested until {@link #retried} reports the response to such a request.
     *
     * @param signer the client that made the signature
     */
    boolean tryOther(Client signer, Instant now) {
        Choice used = choiceOf(signer);
        if (previous.isEmpty() || choice() != used) {
            return previous.isPresent();
        }
        if (now.isBefore(nextTrial) || !inUse.compareAndSet(used, used.other())) {
            return choice() != used;
        }
        onTrial = true;
        return true;
    }

    /** Ends the test of a secret with the response to the second attempt of a signed request. */
    void retried(Client signer, boolean accepted, Instant now) {
        Choice used = choiceOf(signer);
        if (!onTrial || choice() != used) {
            return;
        }
        onTrial = false;
        if (accepted) {
            proven = true;
            report(used.other());
        } else {
            nextTrial = now.plus(BETWEEN_TRIALS);
            inUse.compareAndSet(used, used.other());
        }
    }

    private Choice choiceOf(Client signer) {
        return signer.credentials().equals(registered.credentials()) ? Choice.REGISTERED : Choice.PREVIOUS;
    }

    private void change(Choice refused) {
        proven = true;
        if (inUse.compareAndSet(refused, refused.other())) {
            onTrial = false;
            report(refused);
        }
    }

    private void report(Choice refused) {
        if (refused == Choice.REGISTERED) {
            log.warn(
                    "{}: the provider refuses the client secret and accepts the previous one, which is now in use",
                    registered.registration());
        } else {
            log.info(
                    "{}: the provider refuses the previous client secret and accepts the new one, which is now in use",
                    registered.registration());
        }
    }

    private Choice choice() {
        return Objects.requireNonNull(inUse.get());
    }

    private Client client(Choice choice) {
        return choice == Choice.PREVIOUS ? previous.orElse(registered) : registered;
    }
}
