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
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreInspection;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.gcp.SecretReader.Found;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each record in a secret of Google Cloud Secret Manager, which all processes with access to the project share.
 *
 * <p>The payload of a version holds the tokens. The rest of the record, including claims, is in the annotations of the
 * secret together with the number of that version. A write consists of at most these steps:
 *
 * <ol>
 *   <li>add a version, if the tokens have changed
 *   <li>change the annotations, guarded by the etag of the state that was read
 *   <li>later, in the background: destroy the version before the previous one
 * </ol>
 *
 * <p>A claim is therefore one call, a rotation is three, and a refresh at a {@code STATIC} provider writes no claim,
 * because of {@link #costlyWrites()}. A secret has at most two enabled versions, and briefly a third. The project's
 * quota of 600 writes a minute is sufficient for about 200 rotations; for more, use Redis or a database.
 *
 * <p>The service may return an outdated state of a secret, for minutes in the worst case. Only a version that is read
 * by its number is always current. The store therefore never reads {@code latest}, and a decision on an outdated state
 * fails at the etag and is repeated: outdated responses cost calls, never tokens.
 *
 * <p>Every call ends within the {@linkplain GcpSecretOptions#timeout() timeout}. Namespaces are isolated from each
 * other. The store never overwrites changes made by other tools. It rejects a secret of the same name that lacks its
 * label and annotations. If the annotations do not match their checksum, or the version was disabled or destroyed, the
 * record is unreadable until it is restored, replaced or removed as {@link #UNREADABLE}. A replaced unreadable record
 * keeps its old versions. The names of the secrets are described in {@code SecretNames}; all have a label.
 *
 * <p>The credentials need {@code secretmanager.secrets.create}, {@code .get}, {@code .list}, {@code .update}, {@code
 * .delete} and {@code secretmanager.versions.add}, {@code .access}, {@code .get}, {@code .destroy}. Thread-safe.
 */
public final class GcpSecretStore implements TokenStore, StoreInspection {

    private static final Logger log = LoggerFactory.getLogger(GcpSecretStore.class);
    private static final String NOT_OPENED = "the token store cannot be opened";
    private static final int PAGE = 100;

    private final GcpLocation location;
    private final SecretNames names;
    private final GcpSecretOptions options;
    private final SecretClient service;
    private final SecretReader reader;
    private final SecretWriter writer;
    private final VersionCleaner cleaner;
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
        this.service = new SecretClient(client, location, time);
        this.reader = new SecretReader(service, names, lastSeen, time, options.stalePatience());
        this.cleaner = new VersionCleaner(service, time);
        this.writer = new SecretWriter(service, names, lastSeen, reader, cleaner, options.replicas());
        this.time = time;
        this.closesClient = closesClient;
    }

    /** Opens a store with the default options; see {@link #open(String, String, GcpSecretOptions)}. */
    public static GcpSecretStore open(String location, String namespace) {
        return open(location, namespace, GcpSecretOptions.defaults());
    }

    /**
     * Opens the store of a namespace with the application default credentials.
     *
     * @param location {@code gcp-secrets://project} for global secrets, {@code
     *     gcp-secrets://project?location=europe-west3} for regional ones; the option {@code prefix=name} sets the
     *     prefix of the secret names, {@code evertoken} by default
     * @param namespace the name of the application; stores of different namespaces can share a project and are isolated
     * @throws TokenStoreException if the service cannot be reached or rejects the credentials
     */
    public static GcpSecretStore open(String location, String namespace, GcpSecretOptions options) {
        GcpLocation parsed = GcpLocation.parse(location);
        return open(parsed, namespace, options, ClientSettings.at(parsed, options));
    }

    static GcpSecretStore open(
            GcpLocation parsed,
            String namespace,
            GcpSecretOptions options,
            SecretManagerServiceSettings.Builder settings) {
        SecretNames names = new SecretNames(parsed, namespace);
        SecretManagerServiceClient client;
        try {
            client = SecretManagerServiceClient.create(settings.build());
        } catch (IOException e) {
            throw TokenException.about(Problem.STORE_REFUSED)
                    .detail(NOT_OPENED + ": there are no application default credentials for " + parsed
                            + "; log in, or set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account")
                    .cause(e)
                    .build();
        }
        return checked(new GcpSecretStore(client, parsed, names, options, Timekeeper.system(), true));
    }

    /**
     * Opens the store of a namespace over a client of the application, which the application closes; it may have its
     * own credentials, endpoint or channel. Build it from {@link #clientSettings}, or set timeouts and retries
     * yourself.
     *
     * @param location see {@link #open(String, String, GcpSecretOptions)}; the client must use the endpoint of that
     *     location
     * @param namespace see {@link #open(String, String, GcpSecretOptions)}
     * @throws TokenStoreException if the service cannot be reached or rejects the credentials
     */
    public static GcpSecretStore over(
            SecretManagerServiceClient client, String location, String namespace, GcpSecretOptions options) {
        GcpLocation parsed = GcpLocation.parse(location);
        SecretNames names = new SecretNames(parsed, namespace);
        return checked(new GcpSecretStore(client, parsed, names, options, Timekeeper.system(), false));
    }

    /**
     * Returns settings for a client for {@link #over}, with the timeouts and retries of {@link #open(String, String,
     * GcpSecretOptions)}. An emulator without credentials and TLS requires two more lines:
     *
     * <pre>{@code
     * settings.setCredentialsProvider(NoCredentialsProvider.create());
     * settings.setTransportChannelProvider(InstantiatingGrpcChannelProvider.newBuilder()
     *         .setEndpoint("127.0.0.1:9090")
     *         .setChannelConfigurator(channel -> channel.usePlaintext())
     *         .build());
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
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the record has another key or cannot be encoded
     * @throws TokenStoreException also if the record exceeds the size limit of a secret
     */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        SecretWriter.requireFitting(next);
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
     * <p>A record that was recently written may still be missing, and one that was recently removed may still be
     * included.
     */
    @Override
    public Stream<TokenKey> keys() {
        return StreamSupport.stream(() -> pages(PAGE).spliterator(), Spliterator.ORDERED, false)
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

    /** Returns whether the credentials can list the secrets. Reads no version of a secret, which would be counted. */
    @Override
    public List<StoreFact> inspect() {
        ListSecretsPage unused = listed(() -> firstPage(1));
        return List.of(StoreFact.good(
                StoreFact.Topic.PERMISSIONS, location.toString(), "the credentials can list the secrets"));
    }

    private ListSecretsPage firstPage(int size) {
        ListSecretsRequest request = ListSecretsRequest.newBuilder()
                .setParent(names.parent())
                .setFilter("labels." + SecretNames.LABEL + "=" + names.label())
                .setPageSize(size)
                .build();
        return service.client().listSecrets(request).getPage();
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
        if (Annotations.arePending(secret.getAnnotationsMap())) {
            return Optional.empty();
        }
        Optional<TokenKey> key = Annotations.keyOf(secret.getAnnotationsMap())
                .filter(tokenKey -> secret.getName().endsWith("/secrets/" + names.id(tokenKey)));
        if (key.isEmpty()) {
            log.warn("the secret {} has the label of the store but does not name its account", secret.getName());
        }
        return key;
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    /** Returns true, because writes count against the project's quota and are billed. */
    @Override
    public boolean costlyWrites() {
        return true;
    }

    /** Returns 4: a write takes long, but more at the same time would only exhaust the quota of writes sooner. */
    @Override
    public int concurrentWrites() {
        return 4;
    }

    /** Destroys the queued old versions and closes the client unless it belongs to the application. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        cleaner.close();
        try {
            if (!cleaner.awaitClosed(options.timeout())) {
                log.info("{}: some old versions will be destroyed with a later write", location);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        time.close();
        if (closesClient) {
            service.client().close();
        }
    }

    /** Returns the location of the records. */
    @Override
    public String toString() {
        return "GcpSecretStore[" + location + "]";
    }
}
