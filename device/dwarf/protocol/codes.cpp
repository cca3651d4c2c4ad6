// SPDX-License-Identifier: MIT
// Codes to -44 and the states are the API text's; -45 to -64 come from the table that the first public
// app carries with it, and have no vendor names there: their names are ours, in the vendor's manner.
#include "device/dwarf/protocol/codes.h"

#include <algorithm>

namespace nightstack::device::dwarf {
namespace {

constexpr std::string_view kWaitOrStop = "wait until it has ended, or stop it";
constexpr std::string_view kMoveBack = "move the motor the other way";

constexpr Code kCodes[] = {
    {-64, "RESULT_RAW_GAIN_ILLEGAL", "this gain is outside the range of the dark frames",
     "choose a gain for which darks exist, or take darks for it"},
    {-63, "RESULT_CAMERA_BUSY", "the camera is busy", kWaitOrStop},
    {-62, "RESULT_OTA_DOWNLOADING", "a firmware update is being downloaded", "wait until the scope has finished it"},
    {-61, "RESULT_OTA_ROUTER_ERROR", "firmware update: the router refused", ""},
    {-60, "RESULT_OTA_ROUTER_TIMEOUT", "firmware update: the router did not answer", ""},
    {-59, "RESULT_WIFI_LIST", "about the list of Wi-Fi networks; its meaning is not documented", ""},
    {-58, "RESULT_FLYER_TRACK", "about tracking of flying objects; its meaning is not documented", ""},
    {-57, "RESULT_MOTOR_RESET_FAILED", "the motor did not find its reference point", "restart the scope"},
    {-56, "RESULT_ASTRO_FOCUS_UNRECOGNISED", "astro autofocus: the star was not recognised",
     "point at a brighter star, or focus by hand"},
    {-55, "RESULT_ASTRO_FOCUS_NO_STAR", "astro autofocus: no suitable star in the picture",
     "point at a field with a bright star, raise exposure or gain"},
    {-54, "RESULT_PANORAMA_DOWNWARD", "the panorama would go beyond the lower end", "aim higher or take fewer rows"},
    {-53, "RESULT_PANORAMA_UPWARD", "the panorama would go beyond the upper end", "aim lower or take fewer rows"},
    {-52, "RESULT_PANORAMA_ANTICLOCKWISE", "the panorama would go beyond the anticlockwise end",
     "turn clockwise or take fewer columns"},
    {-51, "RESULT_PANORAMA_CLOCKWISE", "the panorama would go beyond the clockwise end",
     "turn anticlockwise or take fewer columns"},
    {-50, "RESULT_PANORAMA_VERTICAL", "the panorama exceeds the vertical range", "take fewer rows"},
    {-49, "RESULT_PANORAMA_HORIZONTAL", "the panorama exceeds the horizontal range", "take fewer columns"},
    {-48, "RESULT_PANORAMA_ANGLE_UNKNOWN", "panorama: the scope does not know the angle of its motors",
     "restart the scope so that the motors find their reference"},
    {-47, "RESULT_ASTRO_FOCUSING", "astro autofocus is running", "wait until it has ended"},
    {-46, "RESULT_GOTO_LIMIT", "goto or calibration may hit the limits of the motors",
     "turn the scope so that the target is away from its end of travel"},
    {-45, "RESULT_GOTO_BELOW_HORIZON", "the target is below the horizon",
     "choose another target; check place, clock and time zone"},
    {-44, "RESULT_CLOSING_CAM_TELE", "the tele camera is being closed", "wait a second and try again"},
    {-43, "RESULT_CAPTURE_RAW_ELE_LOW", "the battery is too low for RAW frames", "connect a charger"},
    {-42, "RESULT_DARK_FRAME_ERROR", "taking dark frames failed", "cover the lens and take them again"},
    {-41, "RESULT_NO_DARK_FRAME", "no dark frames for these settings",
     "cover the lens and take darks of the same exposure, gain and binning"},
    {-40, "RESULT_PANORAMAING", "a panorama is running", kWaitOrStop},
    {-39, "RESULT_BLE_WIFI_CONFIG_ERROR", "setting up Wi-Fi over Bluetooth failed", ""},
    {-38, "RESULT_WIFI_PASSWORD_ERROR", "the Wi-Fi password is wrong", ""},
    {-37, "RESULT_BLE_PASSWORD_ERROR", "the Bluetooth password is wrong", ""},
    {-36, "RESULT_AUTO_FOCUSING", "autofocus is running", "wait until it has ended"},
    {-35, "RESULT_TL_RECORDING", "a time lapse is being recorded", kWaitOrStop},
    {-34, "RESULT_TRACKER_STOP", "tracking has stopped", "start it again with a new box"},
    {-33, "RESULT_UVC_CAMERA_CANNOT_FOUND", "the wide camera cannot be found", "restart the scope"},
    {-32, "RESULT_OPEN_UVC_CAMERA_FAILED", "the wide camera did not open", "close it and open it again"},
    {-31, "RESULT_GOTO_STOPPING", "following the sky is being stopped", "wait until it has ended"},
    {-30, "RESULT_GOTO_TRACKING", "the scope is following the sky", "stop the goto first"},
    {-29, "RESULT_GOTO_CALIBRATING", "calibration is running", "wait until it has ended"},
    {-28, "RESULT_GOTO_PLATE_SOLVING", "the scope is finding out where it looks", "wait until it has ended"},
    {-27, "RESULT_OTA_VERSION_ERR", "firmware update: wrong version", ""},
    {-26, "RESULT_OTA_ELE_LOW", "firmware update: the battery is too low", "connect a charger"},
    {-25, "RESULT_OTA_ERR", "firmware update failed", ""},
    {-24, "MOTOR_RESET_NOT_PERFORMED", "the motors have not found their reference point yet", "restart the scope"},
    {-23, "RESULT_TFCARD_NOT_EXIST", "there is no card in the scope", "insert a card"},
    {-22, "RESULT_MOTOR_LIMIT", "the motor reached the end of its range", kMoveBack},
    {-21, "RESULT_BLE_WIFI_CONFIGED", "Wi-Fi has been set up", ""},
    {-20, "RESULT_BLE_WIFI_CONFIGING", "Wi-Fi is being set up over Bluetooth", ""},
    {-19, "RESULT_GOTO_CALIBRATION_FAILED", "the calibration failed", "check focus, clouds and place, calibrate again"},
    {-18, "RESULT_GOTO_PLATE_SOLVING_FAILED", "the scope did not recognise the stars",
     "check focus, exposure, clouds and that the sky is free, then try again"},
    {-17, "RESULT_GOTO_JPGTOFITS_FAILED", "the scope could not convert its picture of the stars", "try again"},
    {-16, "RESULT_OTA_STARTING", "a firmware update is running", "wait until the scope has finished it"},
    {-15, "RESULT_TRACKER_TRACKING", "an object is being tracked", "stop the tracking first"},
    {-14, "RESULT_TRACKER_INITIED", "tracking is ready already", ""},
    {-13, "RESULT_TRACKER_INITING", "tracking is being made ready", "wait a moment"},
    {-12, "RESULT_TRACKER_UNINIT", "tracking has not been made ready", "initialise tracking first"},
    {-11, "RESULT_CAM_AUTO_FOCUSING", "the camera is focusing", "wait until it has ended"},
    {-10, "RESULT_CAM_PAUSING_MUTILPHOTO", "the series of photos is pausing", ""},
    {-9, "RESULT_MOTOR_ERROR_RUNNING", "the motor stops first; the rest of the vendor's text is damaged", ""},
    {-8, "RESULT_PANORAMA_STARTED", "a panorama has been started already", kWaitOrStop},
    {-7, "RESULT_MOTOR_SEND_FAILED", "the command did not reach the motor", "try again"},
    {-6, "RESULT_MOTOR_STOPED", "the motor stands already", ""},
    {-5, "RESULT_MOTOR_RUNNING", "the motor is running", "stop it first"},
    {-4, "RESULT_CAM_TAKING_PHOTO", "the camera is taking pictures", kWaitOrStop},
    {-3, "RESULT_CAM_RECORDING", "the camera is recording a video", "stop the video first"},
    {-2, "RESULT_CAM_CLOSED", "the camera is closed", "open the camera first"},
    {-1, "RESULT_CAM_OPENED", "the camera is open already", ""},
    {0, "RESULT_OK", "done", ""},
    {1000, "STATE_CALIBRATION_START", "calibration started", ""},
    {1001, "STATE_CALIBRATION_PLATE_SOLVING", "calibration: recognising the stars", ""},
    {1002, "STATE_CALIBRATION_FAILED", "calibration failed", "check focus, clouds and place, calibrate again"},
    {1003, "STATE_GOTO_START", "goto started", ""},
    {1004, "STATE_GOTO_PLATE_SOLVING", "goto: recognising the stars", ""},
    {1005, "STATE_GOTO_TRACKING", "on the target and following it", ""},
    {1006, "STATE_GOTO_FAILED", "goto failed", "calibrate again; check that the target is up and the sky is free"},
    {1007, "STATE_ASTRO_STOPPING", "following the sky is being stopped", ""},
    {1008, "STATE_ASTRO_END", "following the sky has ended", ""},
    {1009, "STATE_CALIBRATION_SUCCESS", "calibration succeeded", ""},
};

}  // namespace

std::span<const Code> codes() { return kCodes; }

const Code* find_code(std::int64_t value) {
    const auto* at =
        std::find_if(std::begin(kCodes), std::end(kCodes), [&](const Code& c) { return c.value == value; });
    return at == std::end(kCodes) ? nullptr : at;
}

std::string describe_code(std::int64_t value) {
    const Code* code = find_code(value);
    if (code == nullptr) return std::to_string(value) + ": a code that is not known";
    std::string text = std::to_string(value) + " " + std::string(code->name) + ": " + std::string(code->text);
    if (!code->advice.empty()) text += " (" + std::string(code->advice) + ")";
    return text;
}

}  // namespace nightstack::device::dwarf
