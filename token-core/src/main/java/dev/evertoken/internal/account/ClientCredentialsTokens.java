package dev.evertoken.internal.account;

import dev.evertoken.internal.client.ClientCredentialsCall;
import dev.evertoken.internal.client.ExceptionFactory;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.Lifetimes;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.CycleStep;
import dev.evertoken.internal.refresh.SingleFlight;
import dev.evertoken.internal.refresh.TokenRequirement;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.TokenResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Tokens of the application itself. They are only kept in memory, because requesting another one costs nothing; one
 * request at a time for each registration. Thread-safe.
 */
public final class ClientCredentialsTokens {

    private static final Duration LARGEST_MARGIN = Duration.ofMinutes(1);

    private record Kept(AccessToken token, Instant renewAt) {}

    private final RecordMapper mapper;
    private final Timekeeper time;
    private final Duration maxWait;
    private final ClientCredentialsCall clientCredentials;
    private final SingleFlight<String> flights;
    private final ConcurrentMap<String, Kept> kept = new ConcurrentHashMap<>();

    /**
     * @param threads runs the requests, of which there is at most one for each client
     * @param closing done as soon as the engine closes
     */
    public ClientCredentialsTokens(
            ClientCredentialsCall clientCredentials,
            RecordMapper mapper,
            Timekeeper time,
            Duration maxWait,
            TaskQueue threads,
            CompletableFuture<Void> closing) {
        this.mapper = mapper;
        this.time = time;
        this.maxWait = maxWait;
        this.clientCredentials = clientCredentials;
        this.flights = new SingleFlight<>(new OneQueue(threads), time, closing, new Exceptions(), new NoListener());
    }

    /** Returns a token of the registration; all callers wait for one request, each until its own deadline. */
    public AccessToken token(RegisteredClient registered) {
        String registration = registered.client().registration();
        Optional<AccessToken> known = fresh(registration);
        if (known.isPresent()) {
            return known.get();
        }
        CompletableFuture<AccessToken> result = flights.join(
                        registration, TokenRequirement.usable(), time.now(), events -> new TokenRun(this, registered))
                .result();
        return awaited(registration, result);
    }

    private Optional<AccessToken> fresh(String registration) {
        return Optional.ofNullable(kept.get(registration))
                .filter(one -> time.now().isBefore(one.renewAt()))
                .map(Kept::token);
    }

    /** One request of a token, unless the run before has brought one. */
    private record TokenRun(ClientCredentialsTokens tokens, RegisteredClient registered) implements SingleFlight.Work {
        @Override
        public CycleStep step() {
            return new CycleStep.Done(tokens.fresh(registered.client().registration())
                    .orElseGet(() -> tokens.keep(registered, tokens.clientCredentials.response(registered))));
        }

        @Override
        public void close() {}
    }

    private AccessToken awaited(String registration, CompletableFuture<AccessToken> result) {
        try {
            if (!time.await(result, maxWait)) {
                throw failed(
                        Problem.WAIT_TIMEOUT,
                        "a client credentials request of " + registration + " did not finish in time");
            }
            return result.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(Problem.WAIT_TIMEOUT, "the waiting thread was interrupted");
        } catch (CompletionException e) {
            throw e.getCause() instanceof TokenException failure
                    ? failure.copy()
                    : failed(Problem.INTERNAL, "the client credentials request failed");
        }
    }

    private AccessToken keep(RegisteredClient registered, TokenResponse response) {
        TokenSet tokens = clientCredentials.tokens(response);
        Instant issued = response.issuedAt();
        Instant end = Lifetimes.end(registered.client().profile(), tokens);
        AccessToken token = new AccessToken(
                tokens.accessToken().orElseThrow(),
                tokens.tokenType(),
                Optional.of(end).filter(known -> !tokens.neverExpires()),
                mapper.newId(),
                1,
                issued,
                tokens.scopes(),
                tokens.fields(),
                tokens.hosts());
        Duration tenth = Duration.between(issued, end).dividedBy(10);
        Duration margin = tenth.compareTo(LARGEST_MARGIN) < 0 ? tenth : LARGEST_MARGIN;
        kept.put(registered.client().registration(), new Kept(token, end.minus(margin)));
        return token;
    }

    private static TokenException failed(Problem problem, String detail) {
        return TokenException.about(problem).detail(detail).build();
    }

    // Every start creates these two, and a class is created faster than a lambda.

    /** The queue of the requests of all registrations. Immutable. */
    private record OneQueue(TaskQueue threads) implements Function<String, TaskQueue> {
        @Override
        public TaskQueue apply(String registration) {
            return threads;
        }
    }

    private static final class NoListener implements Consumer<TokenEvent> {
        @Override
        public void accept(TokenEvent event) {}
    }

    /** The exceptions of requests that concern no account. */
    private static final class Exceptions implements ExceptionFactory<String> {
        @Override
        public TokenException problem(String registration, Problem problem, String detail) {
            return failed(problem, registration + ": " + detail);
        }

        @Override
        public TokenException because(String registration, Problem problem, String detail, Throwable cause) {
            return problem(registration, problem, detail).toBuilder()
                    .cause(cause)
                    .build();
        }

        @Override
        public TokenException unexpected(String registration, Throwable failure) {
            return failure instanceof TokenException known
                    ? known
                    : because(
                            registration,
                            Problem.INTERNAL,
                            "unexpected " + failure.getClass().getName(),
                            failure);
        }
    }
}
