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
 * A fake Google Cloud Secret Manager on loopback, in plain text and without credentials: one project, its secrets, and
 * all failures that can occur.
 *
 * <p>It is as strict as the service about etags, states, names, sizes, checksums, and {@code latest} as the newest
 * version of any state. Reads may be stale, as in the service: after {@link #lag} or {@link #freezeReads}, everything
 * but a version requested by its number has its previous state. Secrets are named by their ids. Thread-safe.
 */
public final class FakeSecretManager implements AutoCloseable {

    /** The only project. */
    public static final String PROJECT = "demo-project";

    private final Switches switches;
    private final FakeSecrets secrets;
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
        this.secrets = new FakeSecrets(time, "projects/" + PROJECT + (region.isEmpty() ? "" : "/locations/" + region));
        this.service = new FakeService(secrets, switches);
        this.server = listen(0);
        this.port = server.getPort();
    }

    /** Starts an empty service with global secrets. */
    public static FakeSecretManager start() {
        return start(Timekeeper.system());
    }

    /** Starts an empty service whose lag and quotas use the given clock. */
    public static FakeSecretManager start(Timekeeper time) {
        return new FakeSecretManager(time, "");
    }

    /** Starts an empty service with the secrets of a region. */
    public static FakeSecretManager inRegion(String region) {
        return new FakeSecretManager(Timekeeper.system(), region);
    }

    // ---- access

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

    // ---- inspection

    /** Returns the number of calls by their names since the last {@link #forgetCounts}, including refused calls. */
    public Map<String, Integer> counts() {
        return switches.counts();
    }

    /** Resets the counts. */
    public void forgetCounts() {
        switches.forgetCounts();
    }

    /** Returns the ids of all secrets. */
    public List<String> secrets() {
        return secrets.ids();
    }

    /** Returns the annotations of a secret. */
    public Map<String, String> annotations(String secret) {
        return secrets.current(secret).getAnnotationsMap();
    }

    /** Returns the labels of a secret. */
    public Map<String, String> labels(String secret) {
        return secrets.current(secret).getLabelsMap();
    }

    /** Returns the states of all versions of a secret by their numbers: {@code {1=DESTROYED, 2=ENABLED}}. */
    public Map<Long, String> versions(String secret) {
        return secrets.states(secret);
    }

    /** Returns the numbers of the billed versions of a secret: all that are not destroyed. */
    public List<Long> liveVersions(String secret) {
        return versions(secret).entrySet().stream()
                .filter(version -> !version.getValue().equals("DESTROYED"))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Returns all stored content as text, including payloads, to search it for secrets. */
    public List<String> contents() {
        return secrets.contents();
    }

    // ---- actions of an operator

    /** Creates a secret that is unrelated to the store, with one version. */
    public void plant(String secret, String payload) {
        secrets.plant(secret, ByteString.copyFromUtf8(payload));
    }

    /** Replaces the annotations of a secret, as in the console: no etag is compared, a new one is set. */
    public void annotate(String secret, UnaryOperator<Map<String, String>> change) {
        secrets.annotate(secret, change);
    }

    /** Replaces the labels of a secret. */
    public void label(String secret, Map<String, String> labels) {
        secrets.label(secret, labels);
    }

    /** Disables a version. */
    public void disable(String secret, long version) {
        secrets.disable(secret, version);
    }

    /** Enables a version. */
    public void enable(String secret, long version) {
        secrets.enable(secret, version);
    }

    /** Destroys a version. */
    public void destroy(String secret, long version) {
        secrets.destroy(secret, version);
    }

    /** Deletes a secret with all its versions. */
    public void delete(String secret) {
        secrets.delete(secret);
    }

    /** Changes the payload of a version and its checksum, which the service itself never does. */
    public void poison(String secret, long version, UnaryOperator<ByteString> change) {
        secrets.poison(secret, version, change);
    }

    // ---- failures

    /** Returns everything except versions by number with a delay from now on; zero ends the delay. */
    public void lag(Duration behind) {
        secrets.lag(behind);
    }

    /** Returns everything except versions by number in its current state from now on. */
    public void freezeReads() {
        secrets.freeze();
    }

    /** Ends {@link #freezeReads}. */
    public void thawReads() {
        secrets.thaw();
    }

    /** Limits the calls of a kind in each minute; the quotas of a project are 600, 600 and 90,000. */
    public void quota(Quota kind, int callsPerMinute) {
        switches.quota(kind, callsPerMinute);
    }

    /** Removes all quotas. */
    public void noQuota() {
        switches.noQuota();
    }

    /** Refuses the calls that require a permission, such as {@code secretmanager.versions.add}. */
    public void deny(String permission) {
        switches.deny(permission);
    }

    /** Grants all permissions again. */
    public void allow() {
        switches.allow();
    }

    /** Enables or disables the API for the project. */
    public void apiEnabled(boolean enabled) {
        switches.apiEnabled(enabled);
    }

    /** Accepts calls without responding to them. */
    public void hang() {
        switches.hang(true);
    }

    /** Responds to new calls again; calls received meanwhile never get a response. */
    public void resume() {
        switches.hang(false);
    }

    /** Executes the next call of a name, such as {@code UpdateSecret}, and fails the connection without responding. */
    public void loseNextResponse(String call) {
        switches.loseNextResponse(call);
    }

    /** Fails the next call of a name with a code, such as {@code INTERNAL}, without executing it. */
    public void failNext(String call, io.grpc.Status.Code code) {
        switches.failNext(call, code);
    }

    /** Damages the payloads of responses while {@code damaged} is true. */
    public void damageResponses(boolean damaged) {
        switches.damageResponses(damaged);
    }

    /** Stops the server and closes its connections. */
    public void down() {
        try {
            server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the server ended", e);
        }
    }

    /** Restarts the server at the same address with the same secrets. */
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
