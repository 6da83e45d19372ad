/** Where frames come from: files, MJPEG recordings, V4L2 cameras and the virtual microscope. */
package org.kronocyte.camera;
