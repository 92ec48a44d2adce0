package dev.evertoken.examples.socialpublisher;

import java.util.Optional;

/**
 * A post that has not been published. Immutable.
 *
 * @param user the user who publishes
 * @param platform the platform
 * @param content the text; at YouTube the title of the video
 * @param media at Instagram the https address of the image, at YouTube the name of a file in the media folder
 */
record Draft(long user, Platform platform, String content, Optional<String> media) {}
