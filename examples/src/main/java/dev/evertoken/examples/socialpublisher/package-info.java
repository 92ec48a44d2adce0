/**
 * A service that publishes for small businesses to Facebook, Instagram, LinkedIn, X and YouTube through one HTTP
 * client. Start with {@code SocialPublisher}, the program, and {@code Publisher}, its flow; {@code SocialPublisherStory}
 * runs it against mock providers.
 */
@NullMarked
package dev.evertoken.examples.socialpublisher;

import org.jspecify.annotations.NullMarked;
