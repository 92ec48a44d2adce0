package dev.evertoken.store.gcp;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.secretmanager.v1.AddSecretVersionRequest;
import com.google.cloud.secretmanager.v1.CreateSecretRequest;
import com.google.cloud.secretmanager.v1.DeleteSecretRequest;
import com.google.cloud.secretmanager.v1.DestroySecretVersionRequest;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.cloud.secretmanager.v1.SecretVersion;
import com.google.cloud.secretmanager.v1.UpdateSecretRequest;
import com.google.protobuf.FieldMask;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Calls the service, with one method for each kind of call. Expected error responses become values; all other failures
 * become a {@link TokenException}. Thread-safe.
 */
final class SecretClient {

    private static final String NOT_READ = "the record cannot be read";
    private static final String NOT_WRITTEN = "the record cannot be written";
    private static final FieldMask ANNOTATIONS =
            FieldMask.newBuilder().addPaths("annotations").build();

    private final SecretManagerServiceClient client;
    private final GcpLocation location;
    private final Timekeeper time;

    SecretClient(SecretManagerServiceClient client, GcpLocation location, Timekeeper time) {
        this.client = client;
        this.location = location;
        this.time = time;
    }

    SecretManagerServiceClient client() {
        return client;
    }

    GcpLocation location() {
        return location;
    }

    /** Returns a secret, possibly in an outdated state; empty if it does not exist. */
    Optional<Secret> get(TokenKey key, String secret) {
        return response(NOT_READ, key, Code.NOT_FOUND, () -> client.getSecret(secret));
    }

    /** Returns the payload of a version. */
    AccessResult access(TokenKey key, String version) {
        try {
            SecretPayload payload = client.accessSecretVersion(version).getPayload();
            return Payload.isWhole(payload)
                    ? new AccessResult(AccessResult.Kind.HELD, payload.getData())
                    : AccessResult.without(AccessResult.Kind.DAMAGED);
        } catch (ApiException | IllegalStateException | RejectedExecutionException e) {
            if (ServiceErrors.is(e, Code.NOT_FOUND)) {
                return AccessResult.without(AccessResult.Kind.MISSING);
            }
            if (ServiceErrors.is(e, Code.FAILED_PRECONDITION)) {
                return AccessResult.without(AccessResult.Kind.UNUSABLE);
            }
            throw exception(NOT_READ, key, e);
        }
    }

    /** Returns the metadata of a version, possibly in an outdated state; empty if it does not exist. */
    Optional<SecretVersion> describe(TokenKey key, String version) {
        return response(NOT_READ, key, Code.NOT_FOUND, () -> client.getSecretVersion(version));
    }

    /** Creates a secret without a version; empty if the name exists. */
    Optional<Secret> create(TokenKey key, String parent, String id, Secret secret) {
        CreateSecretRequest request = CreateSecretRequest.newBuilder()
                .setParent(parent)
                .setSecretId(id)
                .setSecret(secret)
                .build();
        return response(NOT_WRITTEN, key, Code.ALREADY_EXISTS, () -> client.createSecret(request));
    }

    /** Adds a version; empty if the secret does not exist. */
    Optional<SecretVersion> add(TokenKey key, String secret, SecretPayload payload) {
        AddSecretVersionRequest request = AddSecretVersionRequest.newBuilder()
                .setParent(secret)
                .setPayload(payload)
                .build();
        return response(NOT_WRITTEN, key, Code.NOT_FOUND, () -> client.addSecretVersion(request));
    }

    /** Replaces the annotations of a secret if its etag still matches; empty otherwise. */
    Optional<Secret> annotate(TokenKey key, Secret expected, Map<String, String> annotations) {
        UpdateSecretRequest request = UpdateSecretRequest.newBuilder()
                .setSecret(Secret.newBuilder()
                        .setName(expected.getName())
                        .setEtag(expected.getEtag())
                        .putAllAnnotations(annotations))
                .setUpdateMask(ANNOTATIONS)
                .build();
        return guarded(NOT_WRITTEN, key, () -> client.updateSecret(request));
    }

    /** Deletes a secret with all its versions if its etag still matches; false otherwise. */
    boolean delete(TokenKey key, Secret expected) {
        DeleteSecretRequest request = DeleteSecretRequest.newBuilder()
                .setName(expected.getName())
                .setEtag(expected.getEtag())
                .build();
        return guarded("the record cannot be removed", key, () -> {
                    client.deleteSecret(request);
                    return true;
                })
                .isPresent();
    }

    /** Destroys a version if its etag still matches. Does nothing if the version is already destroyed or missing. */
    void destroy(TokenKey key, String version, String etag) {
        DestroySecretVersionRequest request = DestroySecretVersionRequest.newBuilder()
                .setName(version)
                .setEtag(etag)
                .build();
        guarded("an old version cannot be destroyed", key, () -> client.destroySecretVersion(request));
    }

    private <T> Optional<T> guarded(String failure, TokenKey key, Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (ApiException | IllegalStateException | RejectedExecutionException e) {
            if (ServiceErrors.is(e, Code.FAILED_PRECONDITION) || ServiceErrors.is(e, Code.NOT_FOUND)) {
                return Optional.empty();
            }
            throw exception(failure, key, e);
        }
    }

    private <T> Optional<T> response(String failure, TokenKey key, Code emptyCode, Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (ApiException | IllegalStateException | RejectedExecutionException e) {
            if (ServiceErrors.is(e, emptyCode)) {
                return Optional.empty();
            }
            throw exception(failure, key, e);
        }
    }

    private TokenException exception(String failure, TokenKey key, RuntimeException e) {
        return ServiceErrors.about(failure, location, e, time.now()).key(key).build();
    }
}
