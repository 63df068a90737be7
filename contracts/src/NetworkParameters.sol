// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

/// @title What governance decides about money
/// @notice Shares are in basis points: 10,000 are the whole. The owner is the governance's timelock.
contract NetworkParameters is Ownable {
    /// @notice Who gets how much of what a buyer pays; the three add up to the whole.
    struct FeeSplit {
        uint16 nodes;
        uint16 protocol;
        uint16 stakers;
    }

    /// @notice How a node's reward for an epoch is made up.
    struct RewardWeights {
        /// @notice Of the nodes' share of job fees, what goes by use; the rest goes by availability.
        uint16 usage;
        /// @notice Availability beyond fees: wei of the token for an hour of a card at the reference capacity.
        uint96 availabilityPerGpuHour;
        /// @notice The most that an epoch may pay for availability, in wei of the token.
        uint128 availabilityPerEpoch;
    }

    uint16 public constant WHOLE = 10_000;
    /// @notice Governance cannot take the work of the nodes for itself.
    uint16 public constant LEAST_FOR_NODES = 5_000;

    FeeSplit private _feeSplit;
    RewardWeights private _rewardWeights;
    /// @notice Where the protocol's share goes.
    address public treasury;

    event FeeSplitChanged(uint16 nodes, uint16 protocol, uint16 stakers);
    event RewardWeightsChanged(uint16 usage, uint96 availabilityPerGpuHour, uint128 availabilityPerEpoch);
    event TreasuryChanged(address treasury);

    error SharesAreNotTheWhole(uint256 sum);
    error TooLittleForNodes(uint16 nodes);
    error ZeroAddress();

    constructor(address owner, address treasury_, FeeSplit memory feeSplit_, RewardWeights memory weights)
        Ownable(owner)
    {
        _setTreasury(treasury_);
        _setFeeSplit(feeSplit_);
        _setRewardWeights(weights);
    }

    function feeSplit() external view returns (FeeSplit memory) {
        return _feeSplit;
    }

    function rewardWeights() external view returns (RewardWeights memory) {
        return _rewardWeights;
    }

    function setFeeSplit(FeeSplit calldata split) external onlyOwner {
        _setFeeSplit(split);
    }

    function setRewardWeights(RewardWeights calldata weights) external onlyOwner {
        _setRewardWeights(weights);
    }

    function setTreasury(address treasury_) external onlyOwner {
        _setTreasury(treasury_);
    }

    function _setFeeSplit(FeeSplit memory split) private {
        uint256 sum = uint256(split.nodes) + split.protocol + split.stakers;
        if (sum != WHOLE) revert SharesAreNotTheWhole(sum);
        if (split.nodes < LEAST_FOR_NODES) revert TooLittleForNodes(split.nodes);
        _feeSplit = split;
        emit FeeSplitChanged(split.nodes, split.protocol, split.stakers);
    }

    function _setRewardWeights(RewardWeights memory weights) private {
        if (weights.usage > WHOLE) revert SharesAreNotTheWhole(weights.usage);
        _rewardWeights = weights;
        emit RewardWeightsChanged(weights.usage, weights.availabilityPerGpuHour, weights.availabilityPerEpoch);
    }

    function _setTreasury(address treasury_) private {
        if (treasury_ == address(0)) revert ZeroAddress();
        treasury = treasury_;
        emit TreasuryChanged(treasury_);
    }
}
