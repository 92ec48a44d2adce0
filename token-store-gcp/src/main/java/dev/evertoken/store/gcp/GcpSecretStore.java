package dev.evertoken.store.gcp;

import com.google.api.gax.rpc.ApiException;
import com.google.cloud.secretmanager.v1.ListSecretsRequest;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient.ListSecretsPage;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.gcp.SecretReader.Found;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each record in a secret of Google Cloud Secret Manager, shared by all processes that may use the project.
 *
 * <p>The tokens are the payload of a version; everything else, claims too, is in the annotations of the secret together
 * with the number of that version. A write is at most:
 *
 * <ol>
 *   <li>add a version, if the tokens have changed
 *   <li>change the annotations, guarded by the etag of the state that was read
 *   <li>later, behind the writes: destroy the version before the last
 * </ol>
 *
 * <p>So a claim is one call, a rotation three, and a refresh at a {@code STATIC} provider none, since {@link
 * #costlyWrites()}. A secret has two live versions at most, and a third for a moment. The project's quota of 600 writes a
 * minute is enough for about 200 rotations; for more, Redis or a database is the better store.
 *
 * <p>The service answers from the past now and then, for minutes if it has to; only a version that is asked for by its
 * number is always there as soon as it was added. So nothing is read by {@code latest}, and what is decided on an old
 * state fails at its etag and is decided again: an old answer costs calls, never tokens.
 *
 * <p>Every call ends within the {@linkplain GcpSecretOptions#timeout() time-out}. Accounts of different namespaces never
 * meet. What somebody else has made of a secret is never written over: a secret of the same name without the store's
 * label and annotations is refused, and annotations that do not fit their checksum, or a version that somebody has
 * disabled or destroyed, make the record unreadable until it is restored, replaced or removed as {@link #UNREADABLE}.
 * Replaced then, it keeps its old versions. The secrets are named as {@code SecretNames} says, and labelled.
 *
 * <p>The credentials need {@code secretmanager.secrets.create}, {@code .get}, {@code .list}, {@code .update}, {@code
 * .delete} and {@code secretmanager.versions.add}, {@code .access}, {@code .get}, {@code .destroy}. Thread-safe.
 */
public final class GcpSecretStore implements TokenStore {

    private static final Logger log = LoggerFactory.getLogger(GcpSecretStore.class);
    private static final String NOT_OPENED = "the token store cannot be opened";
    private static final int PAGE = 100;

    private final GcpLocation location;
    private final SecretNames names;
    private final GcpSecretOptions options;
    private final SecretManagerClient calls;
    private final SecretReader reader;
    private final SecretWriter writer;
    private final VersionCleaner sweeper;
    private final Timekeeper time;
    private final boolean closesClient;
    private final AtomicBoolean closed = new AtomicBoolean();

    private GcpSecretStore(
            SecretManagerServiceClient client,
            GcpLocation location,
            SecretNames names,
            GcpSecretOptions options,
            Timekeeper time,
            boolean closesClient) {
        LastSeen lastSeen = new LastSeen(time);
        this.location = location;
        this.names = names;
        this.options = options;
        this.calls = new SecretManagerClient(client, location, time);
        this.reader = new SecretReader(calls, names, lastSeen, time, options.stalePatience());
        this.sweeper = new VersionCleaner(calls, time);
        this.writer = new SecretWriter(calls, names, lastSeen, reader, sweeper, options.replicas());
        this.time = time;
        this.closesClient = closesClient;
    }

    /** Opens a store with the standard options, otherwise as {@link #open(String, String, GcpSecretOptions)}. */
    public static GcpSecretStore open(String location, String namespace) {
        return open(location, namespace, GcpSecretOptions.defaults());
    }

    /**
     * Opens the store of a namespace, with the application default credentials.
     *
     * @param location {@code gcp-secrets://project} for global secrets, {@code
     *     gcp-secrets://project?location=europe-west3} for regional ones; {@code prefix=name} in it says how the secrets
     *     are called, {@code evertoken…} otherwise
     * @param namespace the application; stores of different namespaces can share a project and never meet
     * @throws TokenStoreException if the service cannot be reached or refuses
     */
    public static GcpSecretStore open(String location, String namespace, GcpSecretOptions options) {
        GcpLocation where = GcpLocation.parse(location);
        return open(where, namespace, options, ClientSettings.at(where, options));
    }

    static GcpSecretStore open(
            GcpLocation where,
            String namespace,
            GcpSecretOptions options,
            SecretManagerServiceSettings.Builder settings) {
        SecretNames names = new SecretNames(where, namespace);
        SecretManagerServiceClient client;
        try {
            client = SecretManagerServiceClient.create(settings.build());
        } catch (IOException e) {
            throw TokenException.about(Problem.STORE_REFUSED)
                    .detail(NOT_OPENED + ": there are no application default credentials for " + where
                            + "; log in, or name a service account's file in GOOGLE_APPLICATION_CREDENTIALS")
                    .cause(e)
                    .build();
        }
        return checked(new GcpSecretStore(client, where, names, options, Timekeeper.system(), true));
    }

    /**
     * Opens the store of a namespace over a client of the application, which closes it: with credentials, an endpoint
     * or a channel of its own. Start it from {@link #clientSettings}, or set time-outs and repetitions yourself.
     *
     * @param location as at {@link #open(String, String, GcpSecretOptions)}; the client has to call the endpoint of
     *     that location
     * @param namespace as there
     * @throws TokenStoreException if the service cannot be reached or refuses
     */
    public static GcpSecretStore over(
            SecretManagerServiceClient client, String location, String namespace, GcpSecretOptions options) {
        GcpLocation where = GcpLocation.parse(location);
        SecretNames names = new SecretNames(where, namespace);
        return checked(new GcpSecretStore(client, where, names, options, Timekeeper.system(), false));
    }

    /**
     * Returns what a client for {@link #over} is built from: the time-outs and repetitions that {@link #open(String,
     * String, GcpSecretOptions)} uses. An emulator, without credentials and in plain text, takes two more lines:
     *
     * <pre>{@code
     * settings.setCredentialsProvider(NoCredentialsProvider.create());
     * settings.setTransportChannelProvider(InstantiatingGrpcChannelProvider.newBuilder()
     *         .setEndpoint("127.0.0.1:9090").setChannelConfigurator(channel -> channel.usePlaintext()).build());
     * }</pre>
     */
    public static SecretManagerServiceSettings.Builder clientSettings(GcpSecretOptions options) {
        return ClientSettings.of(options);
    }

    private static GcpSecretStore checked(GcpSecretStore store) {
        try {
            store.firstPage(1);
            return store;
        } catch (ApiException | IllegalStateException | RejectedExecutionException e) {
            store.close();
            throw ServiceErrors.about(NOT_OPENED, store.location, e, store.time.now())
                    .build();
        }
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        return reader.load(key);
    }

    /**
     * @throws IllegalArgumentException if the record is another key's, or cannot be encoded
     * @throws TokenStoreException as everywhere, and if the record is larger than a secret can be
     */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        SecretWriter.requireRoom(next);
        if (expectedRevision == ABSENT) {
            return writer.insert(next);
        }
        if (expectedRevision == UNREADABLE) {
            Optional<SecretState> unreadable = reader.unreadable(key);
            return unreadable.isPresent() && writer.replace(unreadable.get(), next);
        }
        Optional<Found> found = reader.find(key, expectedRevision);
        return found.isPresent() && writer.update(found.get(), next);
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        if (expectedRevision == ABSENT) {
            return false;
        }
        Optional<SecretState> state = expectedRevision == UNREADABLE
                ? reader.unreadable(key)
                : reader.find(key, expectedRevision).map(Found::state);
        return state.isPresent() && writer.remove(key, state.get());
    }

    /**
     * {@inheritDoc}
     *
     * <p>A record that was written or removed a while ago may still be missing or in it.
     */
    @Override
    public Stream<TokenKey> keys() {
        return Stream.of(PAGE)
                .flatMap(size -> pages(size))
                .flatMap(page -> StreamSupport.stream(page.getValues().spliterator(), false))
                .flatMap(secret -> keyOf(secret).stream());
    }

    private Stream<ListSecretsPage> pages(int size) {
        return Stream.iterate(
                        Optional.of(listed(() -> firstPage(size))),
                        Optional::isPresent,
                        page -> page.filter(ListSecretsPage::hasNextPage).map(last -> listed(last::getNextPage)))
                .flatMap(Optional::stream);
    }

    private ListSecretsPage firstPage(int size) {
        ListSecretsRequest request = ListSecretsRequest.newBuilder()
                .setParent(names.parent())
                .setFilter("labels." + SecretNames.LABEL + "=" + names.label())
                .setPageSize(size)
                .build();
        return calls.client().listSecrets(request).getPage();
    }

    private ListSecretsPage listed(Listing listing) {
        try {
            return listing.page();
        } catch (ApiException | IllegalStateException | RejectedExecutionException e) {
            throw ServiceErrors.about("the keys cannot be read", location, e, time.now())
                    .build();
        }
    }

    private interface Listing {
        ListSecretsPage page();
    }

    private Optional<TokenKey> keyOf(Secret secret) {
        if (Annotations.areBegun(secret.getAnnotationsMap())) {
            return Optional.empty();
        }
        Optional<TokenKey> key = Annotations.keyOf(secret.getAnnotationsMap())
                .filter(whose -> secret.getName().endsWith("/secrets/" + names.id(whose)));
        if (key.isEmpty()) {
            log.warn("the secret {} has the label of the store and does not say whose it is", secret.getName());
        }
        return key;
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    /** Returns true: a write counts against the project's quota, and costs money. */
    @Override
    public boolean costlyWrites() {
        return true;
    }

    /** Destroys old versions that are planned to be, then closes the client unless it is the application's. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        sweeper.close();
        try {
            if (!sweeper.awaitClosed(options.timeout())) {
                log.info("{}: some old versions are destroyed with a later write", location);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        time.close();
        if (closesClient) {
            calls.client().close();
        }
    }

    /** Returns where the records are. */
    @Override
    public String toString() {
        return "GcpSecretStore[" + location + "]";
    }
}
