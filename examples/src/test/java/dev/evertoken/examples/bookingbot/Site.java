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
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * Where the bot lives in a test: Secret Manager behind its real client, a real Redis, containers whose disk is gone with
 * them, a mock of Google, and one clock for the bot and for Google. Close it in the end. Not thread-safe.
 */
final class Site implements AutoCloseable {

    static final String ANNA = "anna";
    static final Duration HOUR = Duration.ofHours(1);

    /** Short, so that a test does not wait long for what hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    final ManualClock clock = ManualClock.start();
    final FakeSecretManager secrets = FakeSecretManager.start();
    final RedisProcess redis = RedisProcess.start();
    final MockProviders providers = MockProviders.start(clock);
    final MockProvider google = providers.google();
    private final Path disks;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private int containers;
    private Optional<ClientRegistration> otherClient = Optional.empty();

    Site(Path disks) {
        this.disks = disks;
    }

    /**
     * Makes a JVM's first calls of Secret Manager, which load the classes of its client: on a busy machine that takes
     * longer than a test waits for a service that hangs.
     */
    static void loadGooglesClient() {
        GcpSecretOptions patient = GcpSecretOptions.defaults().withTimeout(Duration.ofMinutes(1));
        try (FakeSecretManager service = FakeSecretManager.start();
                SecretManagerServiceClient client = FakeSecretManager.client(service.endpoint(), patient);
                GcpSecretStore store = GcpSecretStore.over(client, service.location(), BotStores.NAMESPACE, patient)) {
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
        return again();
    }

    /** Starts the bot in the same container, with what is on its disk. */
    BookingBot again() {
        BotSettings settings = settings();
        BookingBot bot = new BookingBot(settings, stores(settings), this::here);
        running.push(bot);
        return bot;
    }

    /** Returns where the present container keeps its files. */
    Path disk() {
        return disks.resolve("container-" + containers);
    }

    /** Has the bots that start from now on use another client at Google. */
    void misconfigured(ClientRegistration client) {
        otherClient = Optional.of(client);
    }

    /** Has the bots that start from now on use their own client again. */
    void configured() {
        otherClient = Optional.empty();
    }

    BotDoctor doctor() {
        BotSettings settings = settings();
        return new BotDoctor(settings, stores(settings), this::here);
    }

    private TokensBuilder here(TokensBuilder builder) {
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

    /** The store as it is, with a client that goes to the fake. */
    private TokenStore secretStore() {
        GcpSecretOptions options = GcpSecretOptions.defaults().withTimeout(PATIENCE);
        SecretManagerServiceClient client = FakeSecretManager.client(secrets.endpoint(), options);
        running.addLast(client);
        return GcpSecretStore.over(client, secrets.location(), BotStores.NAMESPACE, options);
    }

    // ---- people

    /** Anna gives her consent. */
    void consent(BookingBot bot) {
        assertThat(bot.connected(ANNA, google.approve(bot.connect(ANNA), ANNA)))
                .isEqualTo("Your calendar is connected.");
    }

    /** Books a meeting an hour later, so that the access token has ended. */
    void booksAnHourLater(BookingBot bot) {
        clock.advance(HOUR.plusSeconds(1));
        assertThat(bot.book(ANNA, "Review")).isEqualTo("Booked: Review");
    }

    /** Waits until the copies are there. */
    void untilCopied() {
        Awaited.until(() -> doctor().findings().size() == 3);
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
