package dev.evertoken.mirror.receiver;

import dev.evertoken.mirror.MessageSignature;
import dev.evertoken.mirror.MessageSignature.SignedContent;
import dev.evertoken.model.KeyRing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Verifies the signatures of messages: the key, the time, and that no message is received twice. Thread-safe. */
final class SignatureCheck {

    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final KeyRing keys;
    private final Nonces nonces = new Nonces(TOLERANCE.multipliedBy(2).plusMinutes(1));

    SignatureCheck(KeyRing keys) {
        this.keys = keys;
    }

    /** Returns whether messages have to be signed. */
    boolean isOn() {
        return keys.active().isPresent();
    }

    /** Returns why a message is refused; empty if its signature is valid or not needed. */
    Optional<ReceiverReply> objection(ReceivedRequest request, SignedContent content, Instant now) {
        if (!isOn()) {
            return Optional.empty();
        }
        Optional<MessageSignature> signature =
                request.header(MessageSignature.HEADER).flatMap(MessageSignature::parse);
        if (signature.filter(one -> one.isOf(content, keys)).isEmpty()) {
            return refused("the message has no valid signature");
        }
        Duration age = Duration.between(signature.get().time(), now).abs();
        if (age.compareTo(TOLERANCE) > 0) {
            return refused("the message was signed more than " + TOLERANCE.toMinutes() + " minutes from now");
        }
        return nonces.isNew(signature.get().nonce(), now)
                ? Optional.empty()
                : refused("the message was received before");
    }

    private static Optional<ReceiverReply> refused(String sentence) {
        return Optional.of(ReceiverReply.error(401, sentence));
    }
}
