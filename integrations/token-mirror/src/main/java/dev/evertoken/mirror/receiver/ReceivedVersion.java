package dev.evertoken.mirror.receiver;

import dev.evertoken.mirror.MirrorVersion;
import dev.evertoken.model.TokenKey;

/**
 * The newest state of an account that a receiver has accepted. Immutable.
 *
 * @param account the account
 * @param userId the user id by which the sender names it
 * @param version the newest version; {@linkplain MirrorVersion#isEnded ended} after a disconnect
 */
public record ReceivedVersion(TokenKey account, String userId, MirrorVersion version) {}
