package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.KeptConnections;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.PublicAddress;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request to a token endpoint or a related endpoint, and reports whether it can have arrived.
 *
 * <p>The usual conveniences of an HTTP client can cost a grant here, so they are all disabled: no second attempt (a
 * one-shot body, no retry on connection failure), no redirect, no reused connection (a stale one makes the outcome
 * ambiguous), no HTTP/2, no cache, no cookie, no transparent compression. A response is read up to a limit of decoded
 * bytes and within the call's deadline, which is measured by OkHttp's clock and by the call's {@link Timekeeper},
 * whichever ends first; {@link OverdueReading} reads on after the deadline if the request allows it. All accounts of a
 * provider share one instance. Thread-safe.
 *
 * <p>A request that is {@linkplain TokenEndpointRequest#resendable() resendable} uses the {@link ReusedConnections} of
 * its client. If such a connection breaks before a response, the request is sent once more, over a connection of its
 * own and within the same deadline.
 */
public final class TokenEndpoint {

    private final NameLookup names;
    private final boolean privateNetworks;
    private final Set<String> knownHosts;
    private final @Nullable Consumer<ProviderResponse> observer;
    private final AtomicInteger overdue = new AtomicInteger();

    /** @param privateNetworks whether the endpoint may resolve to an address that is not public */
    public TokenEndpoint(boolean privateNetworks) {
        this(privateNetworks, Dns.SYSTEM);
    }

    public TokenEndpoint(boolean privateNetworks, Dns resolver) {
        this(privateNetworks, Set.of(), new NameLookup(resolver), null);
    }

    private TokenEndpoint(
            boolean privateNetworks,
            Set<String> knownHosts,
            NameLookup names,
            @Nullable Consumer<ProviderResponse> observer) {
        this.privateNetworks = privateNetworks;
        this.knownHosts = knownHosts;
        this.names = names;
        this.observer = observer;
    }

    /**
     * Returns an endpoint of a provider whose own hosts are part of this library: they may resolve to any address, such
     * as that of a gateway. Any other host comes from a setting, and must be public.
     */
    public static TokenEndpoint of(Endpoints own) {
        return of(own, Dns.SYSTEM);
    }

    public static TokenEndpoint of(Endpoints own, Dns resolver) {
        Set<String> hosts = new HashSet<>();
        for (URI address : own.addresses().values()) {
            hosts.add(address.getHost());
        }
        return new TokenEndpoint(false, hosts, new NameLookup(resolver), null);
    }

    /** Returns the same endpoint, which passes complete responses to an observer; that must not throw. */
    public TokenEndpoint watchedBy(Consumer<ProviderResponse> other) {
        return new TokenEndpoint(privateNetworks, knownHosts, names, other);
    }

    /** Sends the request of a client; never throws for a failure of the network or the server. */
    public EndpointOutcome send(TokenEndpointRequest request, Client client) {
        TransportSettings settings = client.transport();
        Optional<Duration> most = settings.callTimeout();
        TokenEndpointRequest call = most.isPresent() ? request.within(most.get()) : request;
        if (!Endpoints.isSecure(call.address()) && !settings.allowsPlainHttp()) {
            return new EndpointOutcome.NotSent(
                    Problem.ENDPOINT_MOVED,
                    call.address().getHost() + " is called over http; use https, or allow http with allowPlainHttp()");
        }
        boolean anyAddress = mayBePrivate(call.address(), settings);
        if (!anyAddress && PublicAddress.isPrivateLiteral(call.address())) {
            return new EndpointOutcome.NotSent(
                    Problem.ENDPOINT_MOVED, PublicAddress.refusal(call.address().getHost()));
        }
        Transport transport;
        try {
            transport = Transport.of(settings);
        } catch (GeneralSecurityException e) {
            return new EndpointOutcome.NotSent(
                    Problem.TLS, "the TLS settings of the JVM cannot be used: " + e.getMessage(), Optional.of(e));
        }
        Optional<ReusedConnections> reused =
                call.resendable() ? reused(client.connections(), transport) : Optional.empty();
        return reused.isPresent()
                ? resent(call, anyAddress, transport, reused.get())
                : send(new CallAttempt(call, anyAddress, names, transport), transport.client());
    }

    /** An endpoint checks addresses by rules of its own, so it shares no connections with others. */
    private Optional<ReusedConnections> reused(KeptConnections connections, Transport transport) {
        List<Object> key = List.of(this, transport.settings());
        return connections.get(key, ReusedConnections.class, new ReusedConnections.Opening(transport));
    }

    private boolean mayBePrivate(URI address, TransportSettings settings) {
        return privateNetworks
                || settings.allowsPrivateNetwork()
                || Endpoints.isLoopback(address)
                || knownHosts.contains(address.getHost());
    }

    /** Sends a request, and once more if a reused connection breaks: the others are probably closed as well. */
    private EndpointOutcome resent(
            TokenEndpointRequest call, boolean anyAddress, Transport transport, ReusedConnections reused) {
        Deadline deadline = Deadline.of(call.deadline(), call.time());
        CallAttempt attempt = new CallAttempt(call, anyAddress, names, transport);
        EndpointOutcome first;
        try {
            first = send(attempt, reused.client(call.time()));
        } finally {
            reused.ended(call.time());
        }
        Optional<Duration> left = attempt.dispatch().lostReusedConnection() ? deadline.left() : Optional.empty();
        if (left.isEmpty()) {
            return first;
        }
        reused.closeIdle();
        EndpointOutcome second =
                send(new CallAttempt(call.within(left.get()), anyAddress, names, transport), transport.client());
        return second instanceof EndpointOutcome.NotSent notSent && first instanceof EndpointOutcome.Lost
                ? new EndpointOutcome.Lost(notSent.problem(), notSent.detail())
                : second;
    }

    private EndpointOutcome send(CallAttempt attempt, OkHttpClient client) {
        boolean ended = true;
        try {
            Call sending = attempt.sending(client);
            EndpointOutcome outcome = attempt.call().readsOn()
                    ? new OverdueReading(attempt, sending, overdue, response -> read(response, attempt)).outcome()
                    : outcome(sending, attempt);
            if (outcome instanceof EndpointOutcome.Overdue late) {
                ended = false;
                CompletionStage<?> unused = late.late().whenComplete((any, failure) -> attempt.close());
            }
            return outcome;
        } finally {
            if (ended) {
                attempt.close();
            }
        }
    }

    private EndpointOutcome outcome(Call sending, CallAttempt attempt) {
        TokenEndpointRequest call = attempt.call();
        Timekeeper.Scheduled alarm = call.time().schedule(call.deadline(), new Alarm(attempt, sending));
        try (Response response = attempt.execute(sending)) {
            return read(response, attempt);
        } catch (IOException e) {
            return attempt.dispatch().failed(e);
        } finally {
            alarm.cancel();
        }
    }

    /** Ends a call at its deadline. A named class, which loads faster than a lambda. */
    private record Alarm(CallAttempt attempt, Call sending) implements Runnable {
        @Override
        public void run() {
            attempt.dispatch().exceeded(attempt.call().deadline());
            sending.cancel();
        }
    }

    private EndpointOutcome read(Response response, CallAttempt attempt) throws IOException {
        EndpointOutcome outcome = ResponseReading.read(response, attempt);
        if (observer != null && outcome instanceof EndpointOutcome.Response complete) {
            observer.accept(complete.response());
        }
        return outcome;
    }
}
