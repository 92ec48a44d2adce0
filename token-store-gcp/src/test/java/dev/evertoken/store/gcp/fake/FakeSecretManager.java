package dev.evertoken.store.gcp.fake;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import com.google.protobuf.ByteString;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.store.gcp.GcpSecretOptions;
import dev.evertoken.store.gcp.GcpSecretStore;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Google Cloud Secret Manager on loopback, in plain text and without credentials: one project, its secrets, and
 * everything that can go wrong with them.
 *
 * <p>Strict where the service is: etags, states, names, sizes, checksums, {@code latest} as the newest version whatever
 * its state. Late where the service may be: after {@link #lag} or {@link #freezeReads}, everything but a version that is
 * asked for by its number is shown as it was before. Secrets are named by their ids. Thread-safe.
 */
public final class FakeSecretManager implements AutoCloseable {

    /** The only project that there is. */
    public static final String PROJECT = "demo-project";

    private final Switches switches;
    private final FakeSecrets shelf;
    private final FakeService service;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fake-secret-manager");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Server server;
    private final int port;

    private FakeSecretManager(Timekeeper time, String region) {
        this.switches = new Switches(time);
        this.shelf = new FakeSecrets(time, "projects/" + PROJECT + (region.isEmpty() ? "" : "/locations/" + region));
        this.service = new FakeService(shelf, switches);
        this.server = listen(0);
        this.port = server.getPort();
    }

    /** Starts an empty service with global secrets. */
    public static FakeSecretManager start() {
        return start(Timekeeper.system());
    }

    /** Starts an empty service whose lag and quotas go by a clock of the test's. */
    public static FakeSecretManager start(Timekeeper time) {
        return new FakeSecretManager(time, "");
    }

    /** Starts an empty service with the secrets of a region. */
    public static FakeSecretManager inRegion(String region) {
        return new FakeSecretManager(Timekeeper.system(), region);
    }

    // ---- the way in

    /** Returns the address, as host and port. */
    public String endpoint() {
        return "127.0.0.1:" + port;
    }

    /** Returns the location of a store in this service. */
    public String location() {
        return "gcp-secrets://" + PROJECT;
    }

    /** Returns a real client of this service, with the standard options of the store; the caller closes it. */
    public SecretManagerServiceClient client() {
        return client(endpoint(), GcpSecretOptions.defaults());
    }

    /** Returns a real client of a service in plain text and without credentials; the caller closes it. */
    public static SecretManagerServiceClient client(String endpoint, GcpSecretOptions options) {
        try {
            SecretManagerServiceSettings.Builder settings = GcpSecretStore.clientSettings(options);
            settings.setCredentialsProvider(NoCredentialsProvider.create());
            settings.setTransportChannelProvider(InstantiatingGrpcChannelProvider.newBuilder()
                    .setEndpoint(endpoint)
                    .setChannelConfigurator(channel -> channel.usePlaintext())
                    .build());
            return SecretManagerServiceClient.create(settings.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what has happened

    /** Returns how often each call was made since the last {@link #forgetCounts}, refused ones included. */
    public Map<String, Integer> counts() {
        return switches.counts();
    }

    /** Begins to count anew. */
    public void forgetCounts() {
        switches.forgetCounts();
    }

    /** Returns the ids of all secrets. */
    public List<String> secrets() {
        return shelf.ids();
    }

    /** Returns the annotations of a secret. */
    public Map<String, String> annotations(String secret) {
        return shelf.current(secret).getAnnotationsMap();
    }

    /** Returns the labels of a secret. */
    public Map<String, String> labels(String secret) {
        return shelf.current(secret).getLabelsMap();
    }

    /** Returns the states of all versions of a secret by their numbers: {@code {1=DESTROYED, 2=ENABLED}}. */
    public Map<Long, String> versions(String secret) {
        return shelf.states(secret);
    }

    /** Returns the numbers of the versions of a secret that cost money: all that are not destroyed. */
    public List<Long> liveVersions(String secret) {
        return versions(secret).entrySet().stream()
                .filter(version -> !version.getValue().equals("DESTROYED"))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Returns everything that is kept, payloads too, as text: for looking for secrets in it. */
    public List<String> contents() {
        return shelf.contents();
    }

    // ---- what an operator can do

    /** Creates a secret that has nothing to do with the store, with one version. */
    public void plant(String secret, String payload) {
        shelf.plant(secret, ByteString.copyFromUtf8(payload));
    }

    /** Replaces the annotations of a secret, as in the console: no etag is asked for, a new one is made. */
    public void annotate(String secret, UnaryOperator<Map<String, String>> change) {
        shelf.annotate(secret, change);
    }

    /** Replaces the labels of a secret. */
    public void label(String secret, Map<String, String> labels) {
        shelf.label(secret, labels);
    }

    /** Disables a version. */
    public void disable(String secret, long version) {
        shelf.disable(secret, version);
    }

    /** Enables a version. */
    public void enable(String secret, long version) {
        shelf.enable(secret, version);
    }

    /** Destroys a version. */
    public void destroy(String secret, long version) {
        shelf.destroy(secret, version);
    }

    /** Deletes a secret with all its versions. */
    public void delete(String secret) {
        shelf.delete(secret);
    }

    /** Changes the payload of a version, which the service itself never does; its checksum fits. */
    public void poison(String secret, long version, UnaryOperator<ByteString> change) {
        shelf.poison(secret, version, change);
    }

    // ---- what can go wrong

    /** Shows everything but versions by their numbers as it was a while ago, from now on; zero ends it. */
    public void lag(Duration behind) {
        shelf.lag(behind);
    }

    /** Goes on showing everything but versions by their numbers as it is now. */
    public void freezeReads() {
        shelf.freeze();
    }

    /** Shows everything as it is again. */
    public void thawReads() {
        shelf.thaw();
    }

    /** Lets only so many calls of a kind through in each minute; the quotas of a project are 600, 600 and 90,000. */
    public void quota(Quota kind, int callsPerMinute) {
        switches.quota(kind, callsPerMinute);
    }

    /** Lets everything through again. */
    public void noQuota() {
        switches.noQuota();
    }

    /** Refuses what needs a permission, as {@code secretmanager.versions.add}. */
    public void deny(String permission) {
        switches.deny(permission);
    }

    /** Grants all permissions again. */
    public void allow() {
        switches.allow();
    }

    /** Switches the service off or on for the project. */
    public void apiEnabled(boolean enabled) {
        switches.apiEnabled(enabled);
    }

    /** Goes on to take calls, and answers none. */
    public void hang() {
        switches.hang(true);
    }

    /** Answers calls again; those that came meanwhile are never answered. */
    public void response() {
        switches.hang(false);
    }

    /** Does the next call of a name, as {@code UpdateSecret}, and breaks the connection instead of answering. */
    public void loseNextResponse(String call) {
        switches.loseNextResponse(call);
    }

    /** Does not do the next call of a name and answers with a code, as {@code INTERNAL}. */
    public void failNext(String call, io.grpc.Status.Code code) {
        switches.failNext(call, code);
    }

    /** Damages payloads on their way to the client from now on. */
    public void damageResponses(boolean damaged) {
        switches.damageResponses(damaged);
    }

    /** Ends the server; connections break. */
    public void down() {
        try {
            server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the server ended", e);
        }
    }

    /** Starts the server again, at the same address and with the same secrets. */
    public void up() {
        server = listen(port);
    }

    private Server listen(int at) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), at);
        try {
            return NettyServerBuilder.forAddress(address)
                    .executor(threads)
                    .addService(service)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen at " + address, e);
        }
    }

    @Override
    public void close() {
        down();
        threads.shutdownNow();
    }
}
