package dev.evertoken.examples.bookingbot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStore.Guarantee;
import dev.evertoken.store.StoreOnDemand;
import dev.evertoken.store.gcp.GcpSecretOptions;
import dev.evertoken.store.gcp.GcpSecretStore;
import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.SampleRecords;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * The environment of the bot in a test: Secret Manager behind its real client, a real Redis, containers whose disk is
 * deleted with them, a mock of Google, and one clock for the bot and for Google. Close it after use. Not thread-safe.
 */
final class Site implements AutoCloseable {

    static final String ANNA = "anna";
    static final Duration HOUR = Duration.ofHours(1);

    /** Short, so that a test does not wait long for a hanging service. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    final ManualClock clock = ManualClock.start();
    final FakeSecretManager secrets = FakeSecretManager.start();
    final RedisProcess redis = RedisProcess.start();
    final MockProviders providers = MockProviders.start(clock);
    final MockProvider google = providers.google();

    /** The meters of the bots that start from now on; the doctor has none. */
    MeterRegistry meters = new SimpleMeterRegistry();

    private final Path disks;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private int containers;
    private Optional<ClientRegistration> otherClient = Optional.empty();

    Site(Path disks) {
        this.disks = disks;
    }

    /**
     * Makes a JVM's first calls of Secret Manager, which load the classes of its client: on a busy machine that takes
     * longer than the timeout of a test.
     */
    static void loadGooglesClient() {
        GcpSecretOptions options = GcpSecretOptions.defaults().withTimeout(Duration.ofMinutes(1));
        try (FakeSecretManager service = FakeSecretManager.start();
                SecretManagerServiceClient client = FakeSecretManager.client(service.endpoint(), options);
                GcpSecretStore store = GcpSecretStore.over(client, service.location(), BotStores.NAMESPACE, options)) {
            TokenKey key = BookingBot.key(ANNA);
            TokenRecord record = SampleRecords.sparse(key);
            store.compareAndSet(key, TokenStore.ABSENT, record);
            store.load(key);
            store.remove(key, record.revision());
        }
    }

    // ---- containers

    /** Starts the bot in a new container, with an empty disk. */
    BookingBot container() {
        containers++;
        return restart();
    }

    /** Starts the bot in the same container, with the files on its disk. */
    BookingBot restart() {
        BotSettings settings = settings();
        BookingBot bot = new BookingBot(settings, stores(settings), meters, this::connectedToMocks);
        running.push(bot);
        return bot;
    }

    /** Returns the directory of the current container's files. */
    Path disk() {
        return disks.resolve("container-" + containers);
    }

    /** Lets bots that start after this call use another client at Google. */
    void useOtherClient(ClientRegistration client) {
        otherClient = Optional.of(client);
    }

    /** Lets bots that start after this call use their own client again. */
    void useOwnClient() {
        otherClient = Optional.empty();
    }

    BotDoctor doctor() {
        BotSettings settings = settings();
        return new BotDoctor(settings, stores(settings), this::connectedToMocks);
    }

    private TokensBuilder connectedToMocks(TokensBuilder builder) {
        return builder.timekeeper(clock)
                .endpoints("google", google.endpoints())
                .allowHosts("google", google.apiUrl().getHost());
    }

    private BotSettings settings() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 7);
        return new BotSettings(
                otherClient.orElse(google.registration()),
                KeyRing.of("k1", key),
                "prod",
                Optional.of(secrets.location()),
                Optional.of(redis.location()),
                disk(),
                URI.create("https://bot.example/connected"),
                google.apiUrl());
    }

    private BotStores stores(BotSettings settings) {
        return new BotStores(
                settings,
                Map.of(
                        "secret-manager",
                        StoreOnDemand.of(Guarantee.SHARED, this::secretStore).withCostlyWrites()));
    }

    /** Returns the real store with a client that connects to the fake. */
    private TokenStore secretStore() {
        GcpSecretOptions options = GcpSecretOptions.defaults().withTimeout(TIMEOUT);
        SecretManagerServiceClient client = FakeSecretManager.client(secrets.endpoint(), options);
        running.addLast(client);
        return GcpSecretStore.over(client, secrets.location(), BotStores.NAMESPACE, options);
    }

    // ---- the user

    /** Connects Anna's account with her consent. */
    void consent(BookingBot bot) {
        assertThat(bot.connected(ANNA, google.approve(bot.connect(ANNA), ANNA)))
                .isEqualTo("Your calendar is connected.");
    }

    /** Books a meeting an hour later, when the access token has expired. */
    void booksAnHourLater(BookingBot bot) {
        clock.advance(HOUR.plusSeconds(1));
        assertThat(bot.book(ANNA, "Review")).isEqualTo("Booked: Review");
    }

    /** Waits until both copies are written. */
    void untilCopied() {
        Awaited.until(() -> doctor().account(ANNA).size() == 3);
    }

    @Override
    public void close() throws Exception {
        while (!running.isEmpty()) {
            running.pop().close();
        }
        providers.close();
        redis.close();
        secrets.close();
    }
}
